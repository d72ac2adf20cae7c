import { describe, expect, test } from 'vitest';
import { jsonOf, type Sent, startServer } from '../testing/server.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';
const configMap = (name: string, rest: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  ...rest,
});

type Send = Awaited<ReturnType<typeof startServer>>['send'];

/** A request that is refused: its status, in one line. */
const refusals: Record<
  string,
  { prepare?: (send: Send) => Promise<unknown>; method?: string; url: string; sent?: Sent; want: string }
> = {
  'an unknown path': {
    url: '/nothing',
    want: '404 NotFound: the server could not find the requested resource',
  },
  'an unknown kind': {
    url: '/api/v1/things',
    want: '404 NotFound: the server could not find the requested resource',
  },
  'an unknown version': {
    url: '/apis/apps/v9/daemonsets',
    want: '404 NotFound: the server could not find the requested resource',
  },
  'an unknown subresource': {
    url: `${MAPS}/a/scale`,
    want: '404 NotFound: the server could not find the requested resource',
  },
  'a kind without namespaces in one': {
    url: '/api/v1/namespaces/default/nodes',
    want: '404 NotFound: the server could not find the requested resource',
  },
  'a path that climbs': {
    url: '/api/v1/namespaces/default/configmaps/..',
    want: '400 BadRequest: Name parameter invalid: "..": may not be \'..\'',
  },
  'an encoded slash': {
    url: `${MAPS}/a%2Fb`,
    want: '400 BadRequest: Name parameter invalid: "a/b": may not contain \'/\'',
  },
  'a scale of another name than that of its path': {
    method: 'PUT',
    url: '/apis/apps/v1/namespaces/default/deployments/a/scale',
    sent: {
      body: { apiVersion: 'autoscaling/v1', kind: 'Scale', metadata: { name: 'b' }, spec: { replicas: 1 } },
    },
    want: '400 BadRequest: the name of the object (b) does not match the name on the URL (a)',
  },
  'a missing object': { url: `${MAPS}/a`, want: '404 NotFound: configmaps "a" not found' },
  'an Accept header that nothing fits': {
    url: MAPS,
    sent: { headers: { accept: 'text/html' } },
    want: '406 NotAcceptable: only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  },
  'a question that is to be answered as a table': {
    method: 'POST',
    url: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    sent: { headers: { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io' }, body: {} },
    want: '406 NotAcceptable: only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  },
  'a content type that nobody knows': {
    method: 'POST',
    url: MAPS,
    sent: { body: 'a=b', headers: { 'content-type': 'text/plain' } },
    want: '415 UnsupportedMediaType: the body of the request was in an unknown format - accepted media types include: application/json, application/yaml',
  },
  'a patch of an unknown type': {
    method: 'PATCH',
    url: `${MAPS}/a`,
    sent: { body: {} },
    want: '415 UnsupportedMediaType: the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/strategic-merge-patch+json, application/apply-patch+yaml',
  },
  'another kind than the path says': {
    method: 'POST',
    url: MAPS,
    sent: { body: { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } } },
    want: '400 BadRequest: Secret in version "v1" cannot be handled as a ConfigMap: converting (v1.Secret) to (core.ConfigMap): unknown conversion',
  },
  'another name than the path says': {
    method: 'PUT',
    url: `${MAPS}/a`,
    sent: { body: configMap('b') },
    want: '400 BadRequest: the name of the object (b) does not match the name on the URL (a)',
  },
  'another namespace than the path says': {
    method: 'POST',
    url: MAPS,
    sent: { body: { ...configMap('a'), metadata: { name: 'a', namespace: 'other' } } },
    want: '400 BadRequest: the namespace of the provided object does not match the namespace sent on the request',
  },
  'an unknown field when it is asked to be strict': {
    method: 'POST',
    url: `${MAPS}?fieldValidation=Strict`,
    sent: { body: configMap('a', { extra: 1 }) },
    want: '400 BadRequest: ConfigMap in version "v1" cannot be handled as a ConfigMap: strict decoding error: unknown field "extra"',
  },
  'a method that a collection does not have': {
    method: 'PUT',
    url: MAPS,
    sent: { body: {} },
    want: '405 MethodNotAllowed: the server does not allow this method on the requested resource',
  },
  'a creation across namespaces': {
    method: 'POST',
    url: '/api/v1/configmaps',
    sent: { body: configMap('a') },
    want: '405 MethodNotAllowed: the server does not allow this method on the requested resource',
  },
  'an apply without a manager': {
    method: 'PATCH',
    url: `${MAPS}/a`,
    sent: { body: configMap('a'), headers: { 'content-type': 'application/apply-patch+yaml' } },
    want: '422 Invalid: PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  },
  'a list from the future': {
    url: `${MAPS}?resourceVersion=999999&resourceVersionMatch=NotOlderThan`,
    want: '504 Timeout: Too large resource version: 999999, current: 2',
  },
  'a label selector that is none': {
    url: `${MAPS}?labelSelector=a%20b`,
    want: expect.stringMatching(/^400 BadRequest: unable to parse requirement/),
  },
  'nobody in particular': {
    url: MAPS,
    sent: { peer: {} },
    want: '403 Forbidden: configmaps is forbidden: User "system:anonymous" cannot list resource "configmaps" in API group "" in the namespace "default"',
  },
  'nobody in particular, at the cluster scope': {
    url: '/api/v1/nodes/n1',
    sent: { peer: {} },
    want: '403 Forbidden: nodes "n1" is forbidden: User "system:anonymous" cannot get resource "nodes" in API group "" at the cluster scope',
  },
  'a certificate of another authority': {
    url: MAPS,
    sent: {
      peer: { certificate: { isTrusted: false, commonName: 'admin', organizations: ['system:masters'] } },
    },
    want: '401 Unauthorized: Unauthorized',
  },
  'a token that nobody gave out': {
    url: MAPS,
    sent: { peer: {}, headers: { authorization: 'Bearer abc' } },
    want: '401 Unauthorized: Unauthorized',
  },
};

describe('refused', () => {
  for (const [name, { prepare, method = 'GET', url, sent, want }] of Object.entries(refusals)) {
    test(name, async () => {
      const { send } = await startServer();
      await prepare?.(send);
      const response = await send(method, url, sent);
      const { kind, status, code, reason, message } = jsonOf(response);
      expect({ kind, status, code }).toEqual({ kind: 'Status', status: 'Failure', code: response.status });
      expect(`${code} ${reason}: ${message}`).toEqual(want);
    });
  }
});

describe('answers', () => {
  test('a creation says 201 and who set which field', async () => {
    const { send } = await startServer();
    const response = await send('POST', MAPS, {
      body: configMap('a', { data: { k: 'v' } }),
      headers: { 'user-agent': 'tester/1.0' },
    });
    expect(response.status).toBe(201);
    expect(jsonOf(response).metadata.managedFields).toEqual([
      {
        manager: 'tester',
        operation: 'Update',
        apiVersion: 'v1',
        time: '2026-01-01T00:00:00Z',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:k': {} } },
      },
    ]);
  });

  test('an unknown field is dropped, with a warning', async () => {
    const { send } = await startServer();
    const response = await send('POST', MAPS, { body: configMap('a', { extra: 1 }) });
    expect(response.headers?.warning).toBe('299 - "unknown field \\"extra\\""');
    expect(jsonOf(response)).not.toHaveProperty('extra');
  });

  test('a key named __proto__ is data', async () => {
    const { send } = await startServer();
    const body =
      '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a"},"data":{"__proto__":"x","constructor":"y"}}';
    const created = await send('POST', MAPS, { body });
    expect(Buffer.from(created.body!).toString()).toContain('"data":{"__proto__":"x","constructor":"y"}');
  });

  test('a deletion says what is gone', async () => {
    const { send } = await startServer();
    const { metadata } = jsonOf(await send('POST', MAPS, { body: configMap('a') }));
    expect(jsonOf(await send('DELETE', `${MAPS}/a`))).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name: 'a', kind: 'configmaps', uid: metadata.uid },
    });
  });

  test('a body of YAML is as good as JSON', async () => {
    const { send } = await startServer();
    const body = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {k: v}\n';
    const response = await send('POST', MAPS, { body, headers: { 'content-type': 'application/yaml' } });
    expect(jsonOf(response).data).toEqual({ k: 'v' });
  });

  test('a client that would rather have protobuf gets JSON', async () => {
    const { send } = await startServer();
    const accept = 'application/vnd.kubernetes.protobuf,application/json';
    expect((await send('GET', MAPS, { headers: { accept } })).headers?.['content-type']).toBe(
      'application/json',
    );
  });

  test('a list has its kind, its version and its items', async () => {
    const { send } = await startServer();
    await send('POST', MAPS, { body: configMap('a') });
    const { kind, apiVersion, metadata, items } = jsonOf(await send('GET', MAPS));
    expect({ kind, apiVersion, metadata, count: items.length }).toEqual({
      kind: 'ConfigMapList',
      apiVersion: 'v1',
      metadata: { resourceVersion: '3' },
      count: 1,
    });
  });

  test('a table has the columns of the kind, and rows with their metadata', async () => {
    const { send } = await startServer();
    await send('POST', MAPS, { body: configMap('a', { data: { k: 'v' } }) });
    const accept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
    const table = jsonOf(await send('GET', MAPS, { headers: { accept } }));
    expect(table.columnDefinitions.map((column: { name: string }) => column.name)).toEqual([
      'Name',
      'Data',
      'Age',
    ]);
    expect(table.rows[0].cells).toEqual(['a', 1, '0s']);
    expect(table.rows[0].object.kind).toBe('PartialObjectMetadata');
  });

  test('a CronJob of an older version comes back in that version, with a warning', async () => {
    const { send } = await startServer();
    const spec = {
      schedule: '* * * * *',
      jobTemplate: {
        spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'b' }] } } },
      },
    };
    const body = { apiVersion: 'batch/v1beta1', kind: 'CronJob', metadata: { name: 'a' }, spec };
    const response = await send('POST', '/apis/batch/v1beta1/namespaces/default/cronjobs', { body });
    expect(jsonOf(response).apiVersion).toBe('batch/v1beta1');
    expect(response.headers?.warning).toContain('batch/v1beta1 CronJob is deprecated');
    const stored = jsonOf(await send('GET', '/apis/batch/v1/namespaces/default/cronjobs/a'));
    expect(stored.apiVersion).toBe('batch/v1');
  });

  test('the version and the health of the server are public to those who may', async () => {
    const { send } = await startServer();
    expect(jsonOf(await send('GET', '/version'))).toMatchObject({ major: '1', minor: '36' });
    expect((await send('GET', '/readyz?verbose')).body).toContain('[+]ping ok');
    expect((await send('GET', '/livez')).body).toBe('ok');
  });

  test('an error that nobody expected tells nothing of the inside', async () => {
    const { send, store } = await startServer();
    store.get = () => {
      throw new Error('secret path /var/lib');
    };
    const response = await send('GET', `${MAPS}/a`);
    expect(response.status).toBe(500);
    expect(Buffer.from(response.body!).toString()).not.toContain('secret');
  });
});

describe('discovery', () => {
  test('plain and aggregated speak of the same resources', async () => {
    const { send } = await startServer();
    const plain = jsonOf(await send('GET', '/apis/apps/v1')).resources.map(
      ({ name }: { name: string }) => name,
    );
    const accept = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
    const groups = jsonOf(await send('GET', '/apis', { headers: { accept } })).items;
    const apps = groups.find(({ metadata }: { metadata: { name: string } }) => metadata.name === 'apps');
    type Entry = { resource: string; subresources?: { subresource: string }[] };
    const aggregated = apps.versions[0].resources.flatMap(({ resource, subresources = [] }: Entry) => [
      resource,
      ...subresources.map(({ subresource }) => `${resource}/${subresource}`),
    ]);
    expect(aggregated).toEqual(plain);
    expect(plain).toContain('daemonsets/status');
  });
});
