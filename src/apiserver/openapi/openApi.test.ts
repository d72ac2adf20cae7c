import { expect, test } from 'vitest';
import { OpenApi, type OpenApiDocument } from './openApi.ts';
import { servedResources } from './testing/servedResources.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents are read as freely as a client reads them
type Anything = any;

const openApi = new OpenApi(() => servedResources, 'v1.36.0');
const read = (document: OpenApiDocument | undefined): Anything =>
  JSON.parse(Buffer.from(document!.bytes).toString());
const apps = read(openApi.v3Document('apps', 'v1'));
const all = read(openApi.v2('json'));

const referencesIn = (value: unknown): string[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, inner]) => (key === '$ref' ? [inner] : referencesIn(inner)));

test('the index names each version once, with the hash of its document', () => {
  const { paths } = read(openApi.v3Index());
  expect(Object.keys(paths)).toEqual(['api/v1', 'apis/apps/v1', 'apis/batch/v1', 'apis/batch/v1beta1']);
  const { hash } = openApi.v3Document('apps', 'v1')!;
  expect(paths['apis/apps/v1'].serverRelativeURL).toBe(`/openapi/v3/apis/apps/v1?hash=${hash}`);
});

test('what is not served has no document', () => {
  expect(openApi.v3Document('apps', 'v2')).toBeUndefined();
});

test('a document is made once', () => {
  expect(openApi.v2('json')).toBe(openApi.v2('json'));
});

test('every reference leads somewhere', () => {
  const missing = (document: Anything, prefix: string, definitions: object) =>
    referencesIn(document).filter(
      (to) => !to.startsWith(prefix) || !Object.hasOwn(definitions, to.slice(prefix.length)),
    );
  expect(missing(apps, '#/components/schemas/', apps.components.schemas)).toEqual([]);
  expect(missing(all, '#/definitions/', all.definitions)).toEqual([]);
});

test('operation ids are unique', () => {
  for (const document of [apps, all]) {
    const ids = Object.values(document.paths as Record<string, Anything>)
      .flatMap((item) => Object.values(item as Record<string, Anything>))
      .flatMap((operation) => operation.operationId ?? []);
    expect(ids.length).toBe(new Set(ids).size);
  }
});

test('version 3 wraps a reference that something stands beside, and declares defaults', () => {
  const { properties } = apps.components.schemas['io.k8s.api.apps.v1.DaemonSetSpec'];
  expect(properties.template).toMatchObject({
    allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec' }],
    default: {},
  });
  expect(properties.minReadySeconds).toMatchObject({ type: 'integer', format: 'int32' });
});

test('version 2 does neither', () => {
  const { properties } = all.definitions['io.k8s.api.apps.v1.DaemonSetSpec'];
  expect(properties.template.$ref).toBe('#/definitions/io.k8s.api.core.v1.PodTemplateSpec');
  expect(JSON.stringify(all.definitions)).not.toContain('"default":');
});

test('schemas carry what a client merges by', () => {
  const { properties } = all.definitions['io.k8s.api.core.v1.PodSpec'];
  expect(properties.containers).toMatchObject({
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['name'],
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  });
  expect(properties.restartPolicy.enum).toEqual(['Always', 'Never', 'OnFailure']);
  expect(all.definitions['io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector']['x-kubernetes-map-type']).toBe(
    'atomic',
  );
});

test('a strategic merge patch is offered, with the parameters that kubectl looks for', () => {
  const { patch } = apps.paths['/apis/apps/v1/namespaces/{namespace}/daemonsets/{name}'];
  expect(Object.keys(patch.requestBody.content)).toContain('application/strategic-merge-patch+json');
  expect(patch.parameters.map(({ name }: Anything) => name)).toEqual([
    'dryRun',
    'fieldManager',
    'fieldValidation',
    'force',
  ]);
});

test('a client that makes its methods from the paths can watch by them', () => {
  const watches = Object.keys(apps.paths).filter(
    (path) => path.includes('/watch/') && path.includes('/daemonsets'),
  );
  expect(watches).toEqual([
    '/apis/apps/v1/watch/daemonsets',
    '/apis/apps/v1/watch/namespaces/{namespace}/daemonsets',
    '/apis/apps/v1/watch/namespaces/{namespace}/daemonsets/{name}',
  ]);
  const { get } = all.paths[watches[2]!];
  expect(get).toMatchObject({
    operationId: 'watchAppsV1NamespacedDaemonSet',
    'x-kubernetes-action': 'watch',
  });
  expect(get.responses[200].schema.$ref).toMatch(/v1\.WatchEvent$/);
});

test('subresources speak of their own kinds', () => {
  const scale = apps.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale'];
  expect(scale.put['x-kubernetes-group-version-kind']).toEqual({
    group: 'autoscaling',
    version: 'v1',
    kind: 'Scale',
  });
  const core = read(openApi.v3Document('', 'v1'));
  const pod = '/api/v1/namespaces/{namespace}/pods/{name}';
  expect(core.paths[`${pod}/exec`].get['x-kubernetes-action']).toBe('connect');
  expect(Object.keys(core.paths[`${pod}/proxy/{path}`])).toEqual(
    expect.arrayContaining(['get', 'post', 'put', 'patch', 'delete']),
  );
  expect(core.paths[`${pod}/proxy/{path}`].get.operationId).toBe(
    'connectCoreV1GetNamespacedPodProxyWithPath',
  );
  expect(core.paths[`${pod}/eviction`].post.requestBody.content['*/*'].schema.$ref).toMatch(
    /policy\.v1\.Eviction$/,
  );
  expect(core.paths[`${pod}/log`].get.responses[200].content['*/*'].schema.type).toBe('string');
});
