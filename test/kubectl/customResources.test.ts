import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { TestCluster } from '../support/cluster.ts';
import { KUBECTL_VERSIONS } from '../support/kubectl.ts';
import { type Row, testRows } from '../support/kubectlRows.ts';

const definition = join(import.meta.dirname, 'customResources.yaml');
const NAME = 'crontabs.stable.example.com';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
});
afterAll(() => cluster?.stop());

const cronTab = (name: string, spec: object, version = 'v1') =>
  JSON.stringify({
    apiVersion: `stable.example.com/${version}`,
    kind: 'CronTab',
    metadata: { name },
    spec,
  });

const row = (run: Row['run'], prints: Row['prints'], more: Partial<Row> = {}): Row => ({
  run,
  ...(prints && { prints }),
  ...more,
});

const applied = (input: string, prints: RegExp): Row => row('apply -f -', prints, { input });
const refused = (input: string, complains: RegExp, run = 'apply -f -'): Row =>
  row(run, undefined, { input, complains, code: 1 });

const defining: Row[] = [
  row('get crd', undefined, { complains: /^No resources found/ }),
  row(`apply -f ${definition}`, /^customresourcedefinition\.apiextensions\.k8s\.io\/crontabs\S+ created\n$/),
  row(`wait --for=condition=established --timeout=20s crd/${NAME}`, /condition met\n$/),
  row('get crds', /^NAME\s+CREATED AT\ncrontabs\.stable\.example\.com\s+\d{4}-\S+Z\n$/),
  row(`get crd ${NAME} -o jsonpath={.status.storedVersions}{.spec.names.listKind}`, /^\["v1"\]CronTabList$/),
  row('api-resources --api-group=stable.example.com', /^crontabs\s+ct\s+\S+\s+true\s+CronTab\n/m),
  row('api-versions', [/^stable\.example\.com\/v1$/m, /^stable\.example\.com\/v1beta1$/m]),
];

const explaining: Row[] = [
  row('explain crontab', [/KIND:\s+CronTab/, /A table of what runs when\./, /spec\s+<Object>/]),
  row('explain crontab.kind', /Kind is a string value representing the REST resource/),
  row('explain crontab.metadata', [/Standard object's metadata/, /creationTimestamp\s+<string>/]),
  row('explain ct.spec.cronSpec', [/cronSpec\s*<string>/, /When it runs\./]),
  row('explain crontabs.spec.steps', [/weight\s+<integer>/, /name\s+<string>/]),
];

const writing: Row[] = [
  applied(
    cronTab('one', {
      cronSpec: '* * * * */5',
      steps: [{ name: 'a' }],
      free: { any: { thing: [1] }, nothing: null },
      port: '80',
    }),
    /^crontab\.stable\.example\.com\/one created\n$/,
  ),
  row('get ct one -o jsonpath={.spec}', [
    /"image":"busybox"/,
    /"weight":5/,
    /"any":\{"thing":\[1\]\}/,
    /"port":"80"/,
  ]),
  row('get crontabs', /^NAME\s+SPEC\s+REPLICAS\s+READY\s+AGE\none\s+\* \* \* \* \*\/5\s+1\s+\d+s\n$/),
  row('get ct -o wide', /^NAME\s+SPEC\s+REPLICAS\s+READY\s+IMAGE\s+AGE\none .*busybox/),
  row('get all', /^crontab\.stable\.example\.com\/one/m),
  row('get ct --field-selector=spec.image=busybox -o name', /^crontab\.stable\.example\.com\/one\n$/),
  row('get ct --field-selector=spec.image=other -o name', /^$/),
  row('get ct --field-selector=spec.port=80', undefined, {
    code: 1,
    complains: /field label not supported: spec\.port/,
  }),
  applied(cronTab('one', { cronSpec: '1 * * * *', replicas: 3 }), /one configured\n$/),
  row('get ct one -o jsonpath={.metadata.generation}{.spec.cronSpec}', /^21 \* \* \* \*$/),
  row('scale ct one --replicas=4', /^crontab\.stable\.example\.com\/one scaled\n$/),
  row('get ct one -o jsonpath={.spec.replicas}', /^4$/),
  row(['patch', 'ct', 'one', '--type=merge', '-p', '{"spec":{"image":"alpine"}}'], /one patched\n$/),
  row(
    ['patch', 'ct', 'one', '--type=json', '-p', '[{"op":"replace","path":"/spec/image","value":"nginx"}]'],
    /one patched\n$/,
  ),
  row(['patch', 'ct', 'one', '-p', '{"spec":{"image":"alpine"}}'], undefined, {
    code: 1,
    complains: /UnsupportedMediaType|415|unknown format/,
  }),
  row('annotate ct one a=b', /one annotated\n$/),
  row('label ct one x=y', /one labeled\n$/),
  row('describe ct one', [/^Name:\s+one$/m, /^Kind:\s+CronTab$/m, /Cron Spec:\s+1 \* \* \* \*/]),
];

const refusing: Row[] = [
  refused(
    cronTab('bad', { cronSpec: '* * *' }),
    /The CronTab "bad" is invalid: spec\.cronSpec: Invalid value: "\* \* \*": spec\.cronSpec in body should match '\^\(\\d\+\|/,
  ),
  refused(
    cronTab('bad', { cronSpec: '* * * * *', replicas: 15 }),
    /spec\.replicas: Invalid value: 15: spec\.replicas in body should be less than or equal to 10/,
  ),
  refused(
    cronTab('bad', { cronSpec: '* * * * *', replicas: 'three' }),
    /spec\.replicas: Invalid value: "string": spec\.replicas in body must be of type integer: "string"/,
    'create --validate=false -f -',
  ),
  refused(cronTab('bad', { image: 'x' }), /spec\.cronSpec: Required value/, 'create --validate=false -f -'),
  refused(
    cronTab('bad', { cronSpec: '* * * * *', until: 'tomorrow' }),
    /spec\.until in body must be of type date-time: "tomorrow"/,
  ),
  refused(
    cronTab('bad', { cronSpec: '* * * * *', steps: [{ name: 'a' }, { name: 'a' }] }),
    /spec\.steps\[1\]: Duplicate value: \{"name":"a"\}/,
  ),
  refused(cronTab('bad', { cronSpec: '* * * * *', bogus: 1 }), /unknown field "(spec\.)?bogus"/),
];

const versions: Row[] = [
  row(
    'get crontabs.v1beta1.stable.example.com one -o jsonpath={.apiVersion}',
    /^stable\.example\.com\/v1beta1$/,
  ),
  row('apply -f -', /old created\n$/, {
    input: cronTab('old', { cronSpec: '* * * * *' }, 'v1beta1'),
    complains: /Warning: stable\.example\.com\/v1beta1 CronTab is deprecated; use v1/,
  }),
  row('get ct old -o jsonpath={.apiVersion}', /^stable\.example\.com\/v1$/),
];

const leaving: Row[] = [
  row('delete ct old', /^crontab\.stable\.example\.com "old" deleted/),
  row(`delete crd ${NAME} --timeout=20s`, /deleted/),
  row('get ct', undefined, {
    code: 1,
    complains: /the server (doesn't have a resource type|could not find)/,
  }),
  row('get crd', undefined, { complains: /^No resources found/ }),
];

describe.each(KUBECTL_VERSIONS)('%s', (version) => {
  const rows = [defining, explaining, writing, refusing, versions, leaving].flat();
  testRows(() => cluster, version, 'default', rows);
});

describe('server-side apply', () => {
  const apply = (manager: string, spec: object) =>
    cluster.kubectlWith(
      { input: cronTab('shared', spec) },
      'v1.35.2',
      ...['apply', '--server-side', `--field-manager=${manager}`, '-f', '-'],
    );

  test('items of a list with keys belong to who stated them', async () => {
    await cluster.kubectl('v1.35.2', 'apply', '-f', definition);
    await cluster.kubectl('v1.35.2', 'wait', '--for=condition=established', '--timeout=20s', `crd/${NAME}`);
    const first = await apply('one', { cronSpec: '* * * * *', steps: [{ name: 'a', weight: 1 }] });
    expect(first.code, first.stderr).toBe(0);
    const second = await apply('two', { steps: [{ name: 'b' }], free: { x: { y: 1 } } });
    expect(second.code, second.stderr).toBe(0);
    const stolen = await apply('two', { steps: [{ name: 'a', weight: 2 }] });
    expect(stolen.stderr).toContain('conflict with "one": .spec.steps[name="a"].weight');
    const unknown = await apply('two', { bogus: 1 });
    expect(unknown.stderr).toContain('.spec.bogus: field not declared in schema');
    const { stdout } = await cluster.kubectl('v1.35.2', 'get', 'ct', 'shared', '-o', 'jsonpath={.spec}');
    expect(JSON.parse(stdout)).toEqual({
      cronSpec: '* * * * *',
      image: 'busybox',
      replicas: 1,
      steps: [
        { name: 'a', weight: 1 },
        { name: 'b', weight: 5 },
      ],
      free: { x: { y: 1 } },
    });
  });
});

test('definitions and their objects are there after a kill', async () => {
  await cluster.kill9();
  await cluster.restart();
  const { stdout, stderr } = await cluster.kubectl('v1.35.2', 'get', 'ct', 'shared', '-o', 'name');
  expect({ stdout, stderr }).toEqual({ stdout: 'crontab.stable.example.com/shared\n', stderr: '' });
  const deleted = await cluster.kubectl('v1.35.2', 'delete', 'crd', NAME, '--timeout=20s');
  expect(deleted.code, deleted.stderr).toBe(0);
});
