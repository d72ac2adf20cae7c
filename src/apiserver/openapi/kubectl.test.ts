import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KubectlVersion, kubectlPath } from '../../../test/support/kubectl.ts';
import { OpenApi, PROTOBUF_V2_ACCEPTED, PROTOBUF_V2_CONTENT_TYPE } from './openApi.ts';
import { groupVersionPath } from './servedResource.ts';
import { servedResources } from './testing/servedResources.ts';

const openApi = new OpenApi(() => servedResources, 'v1.36.0');
const created: string[] = [];
const patched: { contentType: string | undefined; body: string }[] = [];
/** What the server has, by path: only what a test puts there. */
const stored = new Map<string, string>();
let server: Server;
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'sampan-openapi-'));
  server = createServer(answer).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
});

afterAll(async () => {
  server.close();
  await rm(home, { recursive: true });
});

/** Discovery and the documents; whatever is posted is taken note of and sent back. */
function answer(request: IncomingMessage, response: ServerResponse) {
  const url = new URL(request.url!, 'http://localhost');
  if (request.method === 'POST') {
    created.push(url.search);
    response.setHeader('Content-Type', 'application/json');
    request.pipe(response.writeHead(201));
    return;
  }
  if (request.method === 'PATCH') {
    request
      .setEncoding('utf8')
      .on('data', (body) => patched.push({ contentType: request.headers['content-type'], body }));
    request.on('end', () =>
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(stored.get(url.pathname)),
    );
    return;
  }
  const [contentType, body] = document(url.pathname, request.headers.accept ?? '');
  response.writeHead(body === undefined ? 404 : 200, { 'Content-Type': contentType }).end(body);
}

function document(
  path: string,
  accept: string,
): [contentType: string, body: Uint8Array | string | undefined] {
  const version3 = /^\/openapi\/v3\/(?:api|apis\/([^/]+))\/([^/]+)$/.exec(path);
  if (version3) return ['application/json', openApi.v3Document(version3[1] ?? '', version3[2]!)?.bytes];
  if (path === '/openapi/v3') return ['application/json', openApi.v3Index().bytes];
  if (path === '/openapi/v2') {
    return PROTOBUF_V2_ACCEPTED.some((type) => accept.includes(type))
      ? [PROTOBUF_V2_CONTENT_TYPE, openApi.v2('protobuf').bytes]
      : ['application/json', openApi.v2('json').bytes];
  }
  return ['application/json', stored.get(path) ?? JSON.stringify(discovery(path))];
}

function discovery(path: string) {
  if (path === '/version') return { major: '1', minor: '36', gitVersion: 'v1.36.0' };
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const versions = (name: string, ...all: string[]) => {
      const entries = all.map((version) => ({ groupVersion: `${name}/${version}`, version }));
      return { name, versions: entries, preferredVersion: entries[0] };
    };
    return {
      kind: 'APIGroupList',
      apiVersion: 'v1',
      groups: [versions('apps', 'v1'), versions('batch', 'v1', 'v1beta1')],
    };
  }
  const resources = servedResources
    .filter(({ group, version }) => groupVersionPath(group, version) === path)
    .map(({ plural, kind, namespaced, verbs }) => ({
      name: plural,
      singularName: '',
      kind,
      namespaced,
      verbs,
    }));
  const groupVersion = path.replace(/^\/apis?\//, '');
  return resources.length > 0
    ? { kind: 'APIResourceList', apiVersion: 'v1', groupVersion, resources }
    : undefined;
}

async function kubectl(version: KubectlVersion, command: string, input = '') {
  const { port } = server.address() as AddressInfo;
  const flags = [
    `--server=http://127.0.0.1:${port}`,
    `--cache-dir=${home}/${version}`,
    '--kubeconfig=/dev/null',
  ];
  const binary = await kubectlPath(version);
  return new Promise<string>((resolve) => {
    const env = { HOME: home, PATH: '' };
    const child = execFile(binary, [...command.split(' '), ...flags], { env }, (_, out, err) =>
      resolve(out + err),
    );
    child.stdin!.end(input);
  });
}

const daemonSet = (spec: object) =>
  JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'DaemonSet',
    metadata: { name: 'a' },
    spec: {
      selector: { matchLabels: { app: 'a' } },
      template: { metadata: { labels: { app: 'a' } }, spec: { containers: [{ name: 'a' }] } },
      ...spec,
    },
  });

describe.each<KubectlVersion>(['v1.20.0', 'v1.35.2'])('kubectl %s', (version) => {
  test('explains a kind', async () => {
    const text = await kubectl(version, 'explain daemonsets');
    expect(text).toMatch(/^KIND: +DaemonSet\nVERSION: +(?:apps\/)?v1\n/m);
    expect(text).toContain('DaemonSet represents the configuration of a daemon set.');
    expect(text).toMatch(/spec\s+<(?:Object|DaemonSetSpec)>\n\s+DaemonSetSpec is the specification/);
  });

  test('explains a field, through lists and references', async () => {
    const text = await kubectl(
      version,
      'explain daemonset.spec.template.spec.containers.ports.containerPort',
    );
    expect(text).toMatch(/FIELD: +containerPort <integer>/);
    expect(text.replace(/\s+/g, ' ')).toContain("Number of port to expose on the pod's IP address.");
  });

  test('explains recursively', async () => {
    const text = await kubectl(version, 'explain pod.spec --recursive');
    expect(text).toMatch(/restartPolicy\s+<string>/);
    expect(text).toMatch(/limits\s+<map\[string\](?:string|Quantity)>/);
  });

  test('explains the older version', async () => {
    const text = await kubectl(version, 'explain cronjob.spec.schedule --api-version=batch/v1beta1');
    expect(text).toMatch(/VERSION: +(?:batch\/)?v1beta1/);
  });
});

describe('kubectl v1.20.0 validates with the document', () => {
  const create = (spec: object) => kubectl('v1.20.0', 'create --dry-run=client -f -', daemonSet(spec));

  test('what is right passes', async () => {
    expect(await create({ updateStrategy: { rollingUpdate: { maxUnavailable: '10%' } } })).toBe(
      'daemonset.apps/a created (dry run)\n',
    );
  });

  test('an unknown field does not', async () => {
    expect(await create({ foo: 1 })).toContain(
      'ValidationError(DaemonSet.spec): unknown field "foo" in io.k8s.api.apps.v1.DaemonSetSpec',
    );
  });

  test('nor does a wrong type', async () => {
    expect(await create({ minReadySeconds: 'x' })).toContain(
      'ValidationError(DaemonSet.spec.minReadySeconds): invalid type for io.k8s.api.apps.v1.DaemonSetSpec.minReadySeconds: got "string", expected "integer"',
    );
  });

  test('nor does a missing field', async () => {
    expect(await create({ selector: undefined })).toContain(
      'missing required field "selector" in io.k8s.api.apps.v1.DaemonSetSpec',
    );
  });

  test('the server is found to know dry runs', async () => {
    created.length = 0;
    const text = await kubectl('v1.20.0', 'create --dry-run=server -f -', daemonSet({}));
    expect(text).toBe('daemonset.apps/a created (server dry run)\n');
    expect(created).toEqual([expect.stringContaining('dryRun=All')]);
  });
});

test('kubectl v1.35.2 finds that the server validates fields, and asks it to', async () => {
  created.length = 0;
  const text = await kubectl('v1.35.2', 'create -f -', daemonSet({ foo: 1 }));
  expect(text).toBe('daemonset.apps/a created\n');
  expect(created).toEqual([expect.stringContaining('fieldValidation=Strict')]);
});

test('kubectl v1.35.2 merges lists by the keys of the document when it applies', async () => {
  const before = daemonSet({});
  const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': before };
  const live = { ...JSON.parse(before), metadata: { name: 'a', namespace: 'default', annotations } };
  stored.set('/apis/apps/v1/namespaces/default/daemonsets/a', JSON.stringify(live));
  const after = JSON.parse(before);
  after.spec.template.spec.containers.push({ name: 'b', ports: [{ containerPort: 80 }] });
  await kubectl('v1.35.2', 'apply -f -', JSON.stringify(after));
  expect(patched).toEqual([
    expect.objectContaining({ contentType: 'application/strategic-merge-patch+json' }),
  ]);
  expect(JSON.parse(patched[0]!.body).spec.template.spec).toEqual({
    '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
    containers: [{ name: 'b', ports: [{ containerPort: 80 }] }],
  });
});
