import { sign } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CertificateAuthority } from '../src/pki/certificateAuthority.ts';
import { Api, type ApiRequest, type Json } from './support/api.ts';
import { TestCluster } from './support/cluster.ts';
import { clock } from './support/waiting.ts';

const CORE = '/api/v1/namespaces/default';
const BATCH = '/apis/batch/v1/namespaces/default';
const APPS = '/apis/apps/v1/namespaces/default';
const STRICT = 'fieldValidation=Strict';
const DEPTH = 10_000;
const IDLE_CONNECTIONS = 2_000;

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await TestCluster.start();
  await cluster.api.post(`${CORE}/configmaps`, { metadata: { name: 'there' }, data: { a: '1' } });
  await cluster.api.post(`${APPS}/daemonsets`, daemonSet('there'));
});
afterAll(() => cluster?.stop());

const template = (restartPolicy: string) => ({
  metadata: { labels: { app: 'bad' } },
  spec: { restartPolicy, containers: [{ name: 'main', image: 'alpine' }] },
});
const daemonSet = (name: string, matchLabels: object = { app: 'bad' }) => ({
  metadata: { name },
  spec: { selector: { matchLabels }, template: { ...template('Always') } },
});
const job = (spec: object, restartPolicy = 'Never') => ({
  metadata: { name: 'bad' },
  spec: { template: template(restartPolicy), ...spec },
});
const cronJob = (spec: object) => ({
  metadata: { name: 'bad' },
  spec: { schedule: '* * * * *', jobTemplate: { spec: job({}).spec }, ...spec },
});
const configMap = (metadata: object, more: object = {}) => ({
  metadata: { name: 'bad', ...metadata },
  ...more,
});

const post = (path: string, body: ApiRequest['body'], type?: string): ApiRequest => ({
  method: 'POST',
  path,
  ...(body !== undefined && { body }),
  ...(type && { headers: { 'content-type': type } }),
});
const patch = (path: string, type: string, body: ApiRequest['body']): ApiRequest => ({
  method: 'PATCH',
  path,
  body: body!,
  headers: { 'content-type': type },
});

interface Case {
  readonly request: ApiRequest;
  readonly code: number;
  readonly reason: string;
  readonly message: RegExp;
}

const cases: Record<string, Case> = {
  'JSON that ends too early': {
    request: post(`${CORE}/configmaps`, '{"metadata": {'),
    code: 400,
    reason: 'BadRequest',
    message: /unexpected end of JSON input|unexpected EOF/,
  },
  'YAML that is none': {
    request: post(`${CORE}/configmaps`, 'a: [1\nb: {', 'application/yaml'),
    code: 400,
    reason: 'BadRequest',
    message: /yaml/i,
  },
  'bytes that are no UTF-8': {
    request: post(`${CORE}/configmaps`, Buffer.from([0x7b, 0xff, 0x7d])),
    code: 400,
    reason: 'BadRequest',
    message: /json parse error: invalid UTF-8/,
  },
  'a body that is too large': {
    request: post(`${CORE}/configmaps`, `{"data":{"a":"${'x'.repeat(3 * 1024 * 1024)}"}}`),
    code: 413,
    reason: 'RequestEntityTooLarge',
    message: /^Request entity too large: limit is 3145728$/,
  },
  'nesting thousands deep': {
    request: post(`${CORE}/configmaps`, `{"data":${'{"a":'.repeat(DEPTH)}1${'}'.repeat(DEPTH)}}`),
    code: 400,
    reason: 'BadRequest',
    message: /depth|cannot unmarshal/,
  },
  'a field named __proto__': {
    request: post(`${CORE}/configmaps?${STRICT}`, '{"metadata":{"name":"bad"},"__proto__":{"a":1}}'),
    code: 400,
    reason: 'BadRequest',
    message: /strict decoding error: unknown field "__proto__"/,
  },
  'a label named __proto__': {
    request: post(`${CORE}/configmaps`, '{"metadata":{"name":"bad","labels":{"__proto__":"x"}}}'),
    code: 422,
    reason: 'Invalid',
    message:
      /^ConfigMap "bad" is invalid: metadata\.labels: Invalid value: "__proto__": name part must consist of/,
  },
  'a kind named constructor': {
    request: post(`${CORE}/constructor`, { metadata: { name: 'bad' } }),
    code: 404,
    reason: 'NotFound',
    message: /^the server could not find the requested resource$/,
  },
  'a number that no integer holds': {
    request: post(`${BATCH}/jobs`, job({ parallelism: 99_999_999_999 })),
    code: 400,
    reason: 'BadRequest',
    message:
      /cannot unmarshal number 99999999999 into Go struct field JobSpec\.spec\.parallelism of type int32/,
  },
  'a number with a fraction': {
    request: post(`${BATCH}/jobs`, job({ completions: 1.5 })),
    code: 400,
    reason: 'BadRequest',
    message: /cannot unmarshal number 1\.5 into Go struct field JobSpec\.spec\.completions of type int32/,
  },
  'text in place of a number': {
    request: post(`${BATCH}/jobs`, job({ parallelism: 'two' })),
    code: 400,
    reason: 'BadRequest',
    message:
      /^Job in version "v1" cannot be handled as a Job: json: cannot unmarshal string into Go struct field/,
  },
  'an unknown field, strictly': {
    request: post(`${BATCH}/jobs?${STRICT}`, job({ paralelism: 2 })),
    code: 400,
    reason: 'BadRequest',
    message:
      /^Job in version "v1" cannot be handled as a Job: strict decoding error: unknown field "spec\.paralelism"$/,
  },
  'a name that breaks its rule': {
    request: post(`${CORE}/configmaps`, configMap({ name: 'Not_A_Name' })),
    code: 422,
    reason: 'Invalid',
    message:
      /^ConfigMap "Not_A_Name" is invalid: metadata\.name: Invalid value: "Not_A_Name": a lowercase RFC 1123 subdomain must consist of/,
  },
  'a label value that breaks its rule': {
    request: post(`${CORE}/configmaps`, configMap({ labels: { a: 'not a value!' } })),
    code: 422,
    reason: 'Invalid',
    message:
      /^ConfigMap "bad" is invalid: metadata\.labels: Invalid value: "not a value!": a valid label must be/,
  },
  'dots in the path': {
    request: { path: '/api/v1/namespaces/default/../../secrets' },
    code: 400,
    reason: 'BadRequest',
    message: /^Name parameter invalid: "\.\.": may not be '\.\.'$/,
  },
  'an encoded slash in the path': {
    request: { path: `${CORE}/configmaps/a%2Fb` },
    code: 400,
    reason: 'BadRequest',
    message: /^Name parameter invalid: "a\/b": may not contain '\/'$/,
  },
  'a patch of no known type': {
    request: patch(`${CORE}/configmaps/there`, 'application/json', { data: { a: '2' } }),
    code: 415,
    reason: 'UnsupportedMediaType',
    message:
      /^the body of the request was in an unknown format - accepted media types include: application\/json-patch\+json, application\/merge-patch\+json, application\/strategic-merge-patch\+json, application\/apply-patch\+yaml/,
  },
  'a merge patch that is a list': {
    request: patch(`${CORE}/configmaps/there`, 'application/merge-patch+json', '[]'),
    code: 400,
    reason: 'BadRequest',
    message: /./,
  },
  'a JSON patch of a path that is not there': {
    request: patch(`${CORE}/configmaps/there`, 'application/json-patch+json', [
      { op: 'replace', path: '/no/such', value: 1 },
    ]),
    code: 422,
    reason: 'Invalid',
    message: /the server rejected our request due to an error in our request|doc is missing/,
  },
  'a selector that does not match its template': {
    request: post(`${APPS}/daemonsets`, daemonSet('bad', { app: 'other' })),
    code: 422,
    reason: 'Invalid',
    message:
      /^DaemonSet\.apps "bad" is invalid: spec\.template\.metadata\.labels: Invalid value: \{"app":"bad"\}: `selector` does not match template `labels`$/,
  },
  'an immutable field changed': {
    request: patch(`${APPS}/daemonsets/there`, 'application/merge-patch+json', {
      spec: {
        selector: { matchLabels: { app: 'bad', more: 'x' } },
        template: { metadata: { labels: { more: 'x' } } },
      },
    }),
    code: 422,
    reason: 'Invalid',
    message: /^DaemonSet\.apps "there" is invalid: spec\.selector: Invalid value: .*: field is immutable$/,
  },
  'restartPolicy Always in a job': {
    request: post(`${BATCH}/jobs`, job({}, 'Always')),
    code: 422,
    reason: 'Invalid',
    message:
      /^Job\.batch "bad" is invalid: spec\.template\.spec\.restartPolicy: Required value: valid values: "OnFailure", "Never"$/,
  },
  'negative parallelism': {
    request: post(`${BATCH}/jobs`, job({ parallelism: -1 })),
    code: 422,
    reason: 'Invalid',
    message:
      /^Job\.batch "bad" is invalid: spec\.parallelism: Invalid value: -1: must be greater than or equal to 0$/,
  },
  'minute 61': {
    request: post(`${BATCH}/cronjobs`, cronJob({ schedule: '61 * * * *' })),
    code: 422,
    reason: 'Invalid',
    message:
      /^CronJob\.batch "bad" is invalid: spec\.schedule: Invalid value: "61 \* \* \* \*": end of range \(61\) above maximum \(59\): 61$/,
  },
  'an unknown time zone': {
    request: post(`${BATCH}/cronjobs`, cronJob({ timeZone: 'Nowhere/Land' })),
    code: 422,
    reason: 'Invalid',
    message:
      /^CronJob\.batch "bad" is invalid: spec\.timeZone: Invalid value: "Nowhere\/Land": unknown time zone Nowhere\/Land$/,
  },
  'TZ= inside a schedule': {
    request: post(`${BATCH}/cronjobs`, cronJob({ schedule: 'TZ=UTC * * * * *' })),
    code: 422,
    reason: 'Invalid',
    message:
      /^CronJob\.batch "bad" is invalid: spec\.schedule: Invalid value: "TZ=UTC \* \* \* \* \*": cannot use TZ or CRON_TZ in schedule, use timeZone field instead$/,
  },
  'a stale resourceVersion': {
    request: {
      method: 'PUT',
      path: `${CORE}/configmaps/there`,
      body: configMap({ name: 'there', resourceVersion: '1' }),
    },
    code: 409,
    reason: 'Conflict',
    message:
      /^Operation cannot be fulfilled on configmaps "there": the object has been modified; please apply your changes to the latest version and try again$/,
  },
  'a list from the future': {
    request: { path: `${CORE}/configmaps?resourceVersion=999999999` },
    code: 504,
    reason: 'Timeout',
    message: /^Too large resource version: 999999999, current: \d+$/,
  },
  'a kind that is not that of the path': {
    request: post(`${CORE}/configmaps`, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bad' } }),
    code: 400,
    reason: 'BadRequest',
    message: /Secret in version "v1" cannot be handled as a ConfigMap/,
  },
  'a body in a form that is not served': {
    request: post(`${CORE}/configmaps`, 'x', 'application/cbor'),
    code: 415,
    reason: 'UnsupportedMediaType',
    message:
      /^the body of the request was in an unknown format - accepted media types include: application\/json, application\/yaml/,
  },
  'no body at all': {
    request: post(`${CORE}/configmaps`, ''),
    code: 400,
    reason: 'BadRequest',
    message: /./,
  },
  'an unknown method': {
    request: { method: 'PROPFIND', path: `${CORE}/configmaps` },
    code: 405,
    reason: 'MethodNotAllowed',
    message: /^the server does not allow this method on the requested resource$/,
  },
};

describe('a bad request gets its Status and changes nothing:', () => {
  for (const [name, { request, code, reason, message }] of Object.entries(cases)) {
    test(name, async () => {
      const before = await everything();
      const { status, text } = await cluster.api.request(request);
      const answer = JSON.parse(text);
      expect(answer).toMatchObject({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason });
      expect(answer.message).toMatch(message);
      expect(status).toBe(code);
      expect(await everything()).toEqual(before);
    });
  }

  /** What a client may have changed: the names, what they want, and nothing of what the cluster does by itself. */
  async function everything() {
    const paths = [
      `${CORE}/configmaps`,
      `${CORE}/secrets`,
      `${BATCH}/jobs`,
      `${BATCH}/cronjobs`,
      `${APPS}/daemonsets`,
    ];
    const lists = await Promise.all(paths.map((path) => cluster.api.list(path)));
    return lists
      .flat()
      .map(({ metadata, ...object }: Json) => [metadata.name, metadata.labels, object.spec, object.data]);
  }
});

describe('what only looks bad is taken as it is:', () => {
  test('keys of a map that JavaScript has a use for', async () => {
    const body = '{"metadata":{"name":"keys"},"data":{"__proto__":"1","constructor":"2","toString":"3"}}';
    const { status } = await cluster.api.request(post(`${CORE}/configmaps`, body));
    expect(status).toBe(201);
    const { text } = await cluster.api.request({ path: `${CORE}/configmaps/keys` });
    const { data } = JSON.parse(text);
    expect(Object.entries(data).sort()).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
      ['toString', '3'],
    ]);
  });

  test('an unknown field, with a warning', async () => {
    const { status, headers } = await cluster.api.request(
      post(`${CORE}/configmaps?fieldValidation=Warn`, configMap({ name: 'warned' }, { dta: {} })),
    );
    expect(status).toBe(201);
    expect(headers.warning).toBe('299 - "unknown field \\"dta\\""');
  });

  test('a watch from the future waits', async () => {
    const response = await cluster.api.open({
      path: `${CORE}/configmaps?watch=true&resourceVersion=999999999&timeoutSeconds=1`,
    });
    expect(response.statusCode).toBe(200);
    expect(Buffer.concat(await response.toArray()).toString()).toMatch(/^$|"reason":"Timeout"/);
  });
});

test('a body that nobody asked for does not cost its sender the answer', async () => {
  const body = 'x'.repeat(300_000);
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => cluster.api.request({ path: '/openapi/v3/apis/apps/v1', body })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
});

describe('who is not known is turned away:', () => {
  const unauthorized = {
    kind: 'Status',
    status: 'Failure',
    code: 401,
    reason: 'Unauthorized',
    message: 'Unauthorized',
  };
  const get = async (access: { cert?: string; key?: string }, headers = {}) => {
    const api = new Api({ url: cluster.url, ca: cluster.api.access.ca, ...access });
    const answer = await api.json({ path: `${CORE}/configmaps`, headers });
    api.close();
    return answer;
  };

  test('a wrong token', async () => {
    expect(await get({}, { authorization: 'Bearer nobody' })).toMatchObject(unauthorized);
  });

  test('an expired token', async () => {
    const { status } = await cluster.api.post(`${CORE}/serviceaccounts/default/token`, {
      spec: { expirationSeconds: 600 },
    });
    const [header, claims] = status.token.split('.');
    const past = { ...JSON.parse(Buffer.from(claims, 'base64url').toString()), iat: 1, nbf: 1, exp: 2 };
    const content = `${header}.${Buffer.from(JSON.stringify(past)).toString('base64url')}`;
    const key = {
      key: readFileSync(join(cluster.dataDir, 'pki/sa.key')),
      dsaEncoding: 'ieee-p1363',
    } as const;
    const signature = sign('sha256', Buffer.from(content), key).toString('base64url');
    expect(await get({}, { authorization: `Bearer ${content}.${signature}` })).toMatchObject(unauthorized);
  });

  test('a client certificate of another authority', async () => {
    const other = await CertificateAuthority.create(clock.now());
    const { certificate: cert, key } = await other.issue(
      { commonName: 'kubernetes-admin', organizations: ['system:masters'] },
      { usages: ['client auth'], now: clock.now() },
    );
    expect(await get({ cert, key })).toMatchObject(unauthorized);
  });

  test('nobody in particular', async () => {
    expect(await get({})).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
    });
  });
});

test(`${IDLE_CONNECTIONS} connections that say nothing do not keep others from being served`, async () => {
  const { hostname, port } = new URL(cluster.url);
  const idle: Socket[] = Array.from({ length: IDLE_CONNECTIONS }, () => connect(Number(port), hostname));
  try {
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    const api = new Api(cluster.api.access);
    expect((await api.request({ path: '/readyz' })).text).toBe('ok');
    api.close();
  } finally {
    for (const socket of idle) socket.destroy();
  }
});
