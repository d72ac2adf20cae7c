import { beforeEach, expect, test } from 'vitest';
import type { Peer } from '../authentication/peer.ts';
import type { HttpResponse } from '../http/message.ts';
import { jsonOf, type Sent, startServer, TestSink } from '../testing/server.ts';

const DEFINITIONS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const WIDGETS = '/apis/example.com/v1/namespaces/default/widgets';

const schema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: { size: { type: 'integer' }, color: { type: 'string', default: 'red' } },
    },
  },
};
const version = (name: string, more: object = {}) => ({
  name,
  served: true,
  storage: false,
  schema: { openAPIV3Schema: schema },
  ...more,
});
const definition = (versions: object[], names: object = {}) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'widgets.example.com' },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'], categories: ['all'], ...names },
    versions,
  },
});
const widget = (spec: object, more: object = {}) => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'one' },
  spec,
  ...more,
});

let send: (method: string, url: string, sent?: Sent) => Promise<HttpResponse>;
beforeEach(async () => {
  ({ send } = await startServer());
  await establish(definition([version('v1', { storage: true }), version('v2')]));
});

/** What the controller does: this server has none. */
async function establish(body: object): Promise<void> {
  const created = jsonOf(await send('POST', DEFINITIONS, { body }));
  const { names } = created.spec;
  const conditions = [{ type: 'Established', status: 'True' }];
  const status = { ...created.status, acceptedNames: names, conditions };
  const answer = await send('PUT', `${DEFINITIONS}/widgets.example.com/status`, {
    body: { ...created, status },
  });
  expect(answer.status).toBe(200);
}

const told = ({ status, body, headers }: HttpResponse) =>
  `${status} ${headers?.warning ?? (status < 300 ? '' : jsonOf({ status, body } as HttpResponse).message)}`.trim();

test.each<[title: string, query: string, sent: Sent, want: string | RegExp]>([
  [
    'an unknown field is told',
    '',
    { body: widget({ size: 1, x: 1 }) },
    '201 299 - "unknown field \\"spec.x\\""',
  ],
  [
    'an unknown field is told of metadata too',
    '',
    { body: widget({}, { metadata: { name: 'a', x: 1 } }) },
    '201 299 - "unknown field \\"metadata.x\\""',
  ],
  ['an unknown field may be ignored', '?fieldValidation=Ignore', { body: widget({ x: 1 }) }, '201'],
  [
    'an unknown field may be refused',
    '?fieldValidation=Strict',
    { body: widget({ x: 1 }) },
    '400 Widget in version "v1" cannot be handled as a Widget: strict decoding error: unknown field "spec.x"',
  ],
  [
    'a field that is given twice may be refused',
    '?fieldValidation=Strict',
    {
      body: '{"apiVersion":"example.com/v1","kind":"Widget","metadata":{"name":"a"},"spec":{"size":1,"size":2}}',
    },
    '400 Widget in version "v1" cannot be handled as a Widget: strict decoding error: duplicate field "spec.size"',
  ],
  [
    'metadata have their types',
    '',
    { body: widget({}, { metadata: { name: 'a', labels: 'x' } }) },
    /^400 Widget in version "v1" cannot be handled as a Widget: json: cannot unmarshal string into Go struct field ObjectMeta\.labels/,
  ],
  [
    'another version is none of this path',
    '',
    { body: widget({}, { apiVersion: 'example.com/v2' }) },
    /^400 the API version in the data/,
  ],
  [
    'an object says what it is',
    '',
    { body: { apiVersion: 'example.com/v1', metadata: { name: 'a' } } },
    /^400 the object provided is unrecognized \(must be of type Widget\): Object 'Kind' is missing in '\{"apiVersion"/,
  ],
  [
    'protobuf is not spoken',
    '',
    { body: 'k8s\0', headers: { 'content-type': 'application/vnd.kubernetes.protobuf' } },
    /^415 the body of the request was in an unknown format/,
  ],
  [
    'YAML is',
    '',
    {
      body: 'apiVersion: example.com/v1\nkind: Widget\nmetadata: { name: a }',
      headers: { 'content-type': 'application/yaml' },
    },
    '201',
  ],
])('%s', async (_title, query, sent, want) => {
  const answer = told(await send('POST', WIDGETS + query, sent));
  if (typeof want === 'string') expect(answer).toBe(want);
  else expect(answer).toMatch(want);
});

test.each<[string, unknown]>([
  ['items that are a number', { type: 'array', items: 5 }],
  ['a property of items that is null', { type: 'array', items: { type: 'object', properties: { a: null } } }],
  ['a pattern that is a list', { type: 'array', items: { type: 'string', pattern: [] } }],
  ['values that are a text', { type: 'object', additionalProperties: 'x' }],
  [
    'a required field that is a number',
    { type: 'object', additionalProperties: { type: 'object', required: 3 } },
  ],
  ['a schema that is a text', 'x'],
])('%s cannot upset the server', async (_title, inner) => {
  const openAPIV3Schema = { type: 'object', properties: { a: inner } };
  const body = definition([{ ...version('v1', { storage: true }), schema: { openAPIV3Schema } }], {
    plural: 'odds',
  });
  body.metadata.name = 'odds.example.com';
  expect([400, 422]).toContain((await send('POST', DEFINITIONS, { body })).status);
});

test('objects are kept in one version and shown in each', async () => {
  await send('POST', '/apis/example.com/v2/namespaces/default/widgets', {
    body: widget({ size: 1 }, { apiVersion: 'example.com/v2' }),
  });
  expect(jsonOf(await send('GET', `${WIDGETS}/one`)).apiVersion).toBe('example.com/v1');
  const list = jsonOf(await send('GET', '/apis/example.com/v2/widgets'));
  expect(list).toMatchObject({
    kind: 'WidgetList',
    apiVersion: 'example.com/v2',
    items: [{ apiVersion: 'example.com/v2', spec: { size: 1, color: 'red' } }],
  });
});

test('what was kept before a field had its default is shown with it', async () => {
  await send('POST', WIDGETS, { body: widget({ size: 1 }) });
  const stored = jsonOf(await send('GET', `${DEFINITIONS}/widgets.example.com`));
  const next = structuredClone(stored);
  for (const each of next.spec.versions)
    each.schema.openAPIV3Schema.properties.spec.properties.more = { type: 'integer', default: 7 };
  await send('PUT', `${DEFINITIONS}/widgets.example.com`, { body: next });
  expect(jsonOf(await send('GET', `${WIDGETS}/one`)).spec).toEqual({ size: 1, color: 'red', more: 7 });
});

test('an update must name the version that it replaces', async () => {
  await send('POST', WIDGETS, { body: widget({ size: 1 }) });
  const answer = await send('PUT', `${WIDGETS}/one`, { body: widget({ size: 2 }) });
  expect(told(answer)).toMatch(
    /^422 .*metadata\.resourceVersion: Invalid value: .*must be specified for an update/,
  );
});

test('a strategic merge patch is not understood', async () => {
  await send('POST', WIDGETS, { body: widget({ size: 1 }) });
  const headers = { 'content-type': 'application/strategic-merge-patch+json' };
  const answer = await send('PATCH', `${WIDGETS}/one`, { body: { spec: { size: 2 } }, headers });
  expect(told(answer)).toBe(
    '415 the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml',
  );
});

test('discovery names the kind in all its versions, the newest first', async () => {
  const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  const { items } = jsonOf(await send('GET', '/apis', { headers: { accept } }));
  const group = items.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'example.com');
  expect(group.versions.map(({ version }: { version: string }) => version)).toEqual(['v2', 'v1']);
  expect(group.versions[0].resources).toMatchObject([
    {
      resource: 'widgets',
      scope: 'Namespaced',
      singularResource: 'widget',
      shortNames: ['wd'],
      categories: ['all'],
    },
  ]);
});

/** The first eight bytes of SHA-256 of "example.com/v1/Widget". */
const V1_HASH = 'gIwvi5rymmg=';
test('discovery tells of the version in which the kind is stored', async () => {
  const hashes = await Promise.all(
    ['v1', 'v2'].map(
      async (version) => jsonOf(await send('GET', `/apis/example.com/${version}`)).resources[0],
    ),
  );
  expect(hashes).toMatchObject([{ storageVersionHash: V1_HASH }, { storageVersionHash: V1_HASH }]);
});

test('a watch shows changes, and ends when the definition does', async () => {
  const sink = new TestSink();
  (await send('GET', `${WIDGETS}?watch=1`)).stream!(sink);
  await send('POST', WIDGETS, { body: widget({ size: 1 }) });
  expect(sink.events).toMatchObject([{ type: 'ADDED', object: { kind: 'Widget', spec: { color: 'red' } } }]);
  expect(sink.isEnded).toBe(false);
  await send('PATCH', `${DEFINITIONS}/widgets.example.com`, {
    body: { metadata: { finalizers: null } },
    headers: { 'content-type': 'application/merge-patch+json' },
  });
  await send('DELETE', `${DEFINITIONS}/widgets.example.com`);
  expect(sink.isEnded).toBe(true);
  expect((await send('GET', WIDGETS)).status).toBe(404);
  expect((await send('GET', '/apis/example.com/v1')).status).toBe(404);
});

test('while a definition is on its way out, objects can go but not come', async () => {
  await send('POST', WIDGETS, { body: widget({ size: 1 }) });
  await send('DELETE', `${DEFINITIONS}/widgets.example.com`);
  expect(told(await send('POST', WIDGETS, { body: widget({}, { metadata: { name: 'two' } }) }))).toBe(
    '405 create not allowed while custom resource definition is terminating',
  );
  expect((await send('DELETE', `${WIDGETS}/one`)).status).toBe(200);
});

test('who may what with a custom kind is a matter of roles, as with any other', async () => {
  const bob: Peer = { certificate: { isTrusted: true, commonName: 'bob', organizations: [] } };
  expect(told(await send('GET', WIDGETS, { peer: bob }))).toBe(
    '403 widgets.example.com is forbidden: User "bob" cannot list resource "widgets" in API group "example.com" in the namespace "default"',
  );
  const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
  const rules = [{ apiGroups: ['example.com'], resources: ['widgets'], verbs: ['list'] }];
  await send('POST', `${rbac}/roles`, { body: { metadata: { name: 'reader' }, rules } });
  await send('POST', `${rbac}/rolebindings`, {
    body: {
      metadata: { name: 'reader' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'bob' }],
    },
  });
  expect((await send('GET', WIDGETS, { peer: bob })).status).toBe(200);
});
