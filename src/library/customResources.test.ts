import { expect, test } from 'vitest';
import { createCluster } from './createCluster.ts';

const manifests = `
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: widgets.example.com }
spec:
  group: example.com
  scope: Namespaced
  names: { plural: widgets, kind: Widget, shortNames: [wd], categories: [all] }
  versions:
    - name: v1
      served: true
      storage: true
      subresources: { status: {} }
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec:
              type: object
              required: [size]
              properties:
                size: { type: integer, minimum: 1, maximum: 9 }
                color: { type: string, default: red, enum: [red, green] }
            status:
              type: object
              properties: { ready: { type: integer } }
---
apiVersion: example.com/v1
kind: Widget
metadata: { name: one }
spec: { size: 3 }
`;

const inDefault = (name: string) => ({ name, namespace: 'default' });

test('a definition and its objects are applied in one go, and found by version and kind', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const [definition, widget] = await cluster.apply(manifests);
  expect(definition).toMatchObject({ metadata: { name: 'widgets.example.com', generation: 1 } });
  expect(widget).toMatchObject({
    apiVersion: 'example.com/v1',
    kind: 'Widget',
    metadata: { name: 'one', generation: 1 },
    spec: { size: 3, color: 'red' },
  });
  const { items } = await cluster.client.list('example.com/v1', 'Widget');
  expect(items).toEqual([widget]);
  const { status } = await cluster.client.get('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    name: 'widgets.example.com',
  });
  expect(status).toMatchObject({
    acceptedNames: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList' },
    storedVersions: ['v1'],
  });
  expect(status?.conditions?.map(({ type, status, reason }) => `${type}=${status} ${reason}`)).toEqual([
    'NamesAccepted=True NoConflicts',
    'Established=True InitialNamesAccepted',
  ]);
  expect(cluster.errors).toEqual([]);
});

test('what the schema does not allow is refused, also to clients of the same process', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(manifests);
  const widget = { metadata: inDefault('two'), spec: { size: 12, color: 'blue', more: 1 } };
  await expect(cluster.client.create('example.com/v1', 'Widget', widget)).rejects.toMatchObject({
    message:
      'Widget.example.com "two" is invalid: [spec.size: Invalid value: 12: spec.size in body should be less than or equal to 9, spec.color: Unsupported value: "blue": supported values: "red", "green"]',
  });
});

test('status and spec are written each by itself, and only the spec counts as a generation', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(manifests);
  const one = await cluster.client.get('example.com/v1', 'Widget', inDefault('one'));
  const told = await cluster.client.update(
    'example.com/v1',
    'Widget',
    { ...one, spec: { size: 9 }, status: { ready: 2, unknown: true } },
    { subresource: 'status' },
  );
  expect(told).toMatchObject({ spec: { size: 3 }, metadata: { generation: 1 } });
  expect(told.status).toEqual({ ready: 2 });
  const grown = await cluster.client.update('example.com/v1', 'Widget', { ...told, spec: { size: 4 } });
  expect(grown).toMatchObject({ spec: { size: 4, color: 'red' }, metadata: { generation: 2 } });
});

test('with their definition all objects go, and what they own goes with them', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const [, widget] = await cluster.apply(manifests);
  const owner = { apiVersion: 'example.com/v1', kind: 'Widget', name: 'one', uid: widget!.metadata.uid! };
  await cluster.client.create('v1', 'ConfigMap', {
    metadata: { ...inDefault('owned'), ownerReferences: [owner] },
  });
  await cluster.client.delete('apiextensions.k8s.io/v1', 'CustomResourceDefinition', {
    name: 'widgets.example.com',
  });
  await cluster.clock.advance('1m');
  await expect(cluster.client.list('example.com/v1', 'Widget')).rejects.toThrow(
    'There is no kind "Widget" in version "example.com/v1"',
  );
  const { items } = await cluster.client.list('v1', 'ConfigMap', { namespace: 'default' });
  expect(items.map(({ metadata }) => metadata.name)).not.toContain('owned');
  expect((await cluster.client.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition')).items).toEqual(
    [],
  );
  expect(cluster.errors).toEqual([]);
});

test('a namespace goes with the custom objects in it', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(manifests);
  await cluster.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'team' } });
  await cluster.client.create('example.com/v1', 'Widget', {
    metadata: { name: 'two', namespace: 'team' },
    spec: { size: 1 },
  });
  await cluster.client.delete('v1', 'Namespace', { name: 'team' });
  await cluster.clock.advance('1m');
  await expect(cluster.client.get('v1', 'Namespace', { name: 'team' })).rejects.toMatchObject({ code: 404 });
  const { items } = await cluster.client.list('example.com/v1', 'Widget');
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['one']);
});

const DEFINITION = { name: 'widgets.example.com' };
const owned = (owner: { metadata: { uid?: string } }, name: string, more: object = {}) => ({
  metadata: {
    ...inDefault(name),
    ownerReferences: [
      { apiVersion: 'example.com/v1', kind: 'Widget', name: 'one', uid: owner.metadata.uid!, ...more },
    ],
  },
  spec: { size: 1 },
});

test.each([
  { propagationPolicy: 'Background', left: [] },
  { propagationPolicy: 'Foreground', left: [] },
  { propagationPolicy: 'Orphan', left: ['child'] },
])('what a custom object owns goes by the policy $propagationPolicy', async ({ propagationPolicy, left }) => {
  await using cluster = await createCluster({ nodes: 0 });
  const [, one] = await cluster.apply(manifests);
  await cluster.client.create('example.com/v1', 'Widget', owned(one!, 'child', { blockOwnerDeletion: true }));
  await cluster.client.delete('example.com/v1', 'Widget', inDefault('one'), { propagationPolicy });
  await cluster.clock.advance('10s');
  const { items } = await cluster.client.list('example.com/v1', 'Widget');
  expect(items.map(({ metadata }) => metadata.name)).toEqual(left);
  for (const { metadata } of items) expect(metadata.ownerReferences ?? []).toEqual([]);
});

test('a custom object goes with the built-in one that owns it', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(manifests);
  const owner = await cluster.client.create('v1', 'ConfigMap', { metadata: inDefault('owner') });
  const child = owned(owner, 'child', { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner' });
  await cluster.client.create('example.com/v1', 'Widget', child);
  await cluster.client.delete('v1', 'ConfigMap', inDefault('owner'));
  await cluster.clock.advance('10s');
  const { items } = await cluster.client.list('example.com/v1', 'Widget');
  expect(items.map(({ metadata }) => metadata.name)).toEqual(['one']);
});

test('an object that is held keeps its definition, until it is let go', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(manifests);
  const hold = { type: 'merge', body: { metadata: { finalizers: ['hold'] } } } as const;
  await cluster.client.patch('example.com/v1', 'Widget', inDefault('one'), hold);
  await cluster.client.delete('apiextensions.k8s.io/v1', 'CustomResourceDefinition', DEFINITION);
  await cluster.clock.advance('10s');
  const { status } = await cluster.client.get(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    DEFINITION,
  );
  expect(status?.conditions?.find(({ type }) => type === 'Terminating')?.reason).toBe(
    'InstanceDeletionInProgress',
  );
  const release = { type: 'merge', body: { metadata: { finalizers: null } } } as const;
  await cluster.client.patch('example.com/v1', 'Widget', inDefault('one'), release);
  await cluster.clock.advance('10s');
  expect((await cluster.client.list('apiextensions.k8s.io/v1', 'CustomResourceDefinition')).items).toEqual(
    [],
  );
});

test('a quota bounds custom objects, and tells how many there are', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(manifests);
  await cluster.client.create('v1', 'ResourceQuota', {
    metadata: inDefault('few'),
    spec: { hard: { 'count/widgets.example.com': '2' } },
  });
  const make = (name: string) =>
    cluster.client.create('example.com/v1', 'Widget', { metadata: inDefault(name), spec: { size: 1 } });
  await make('two');
  await expect(make('three')).rejects.toMatchObject({
    message: expect.stringContaining('exceeded quota: few, requested: count/widgets.example.com=1'),
  });
  await cluster.clock.advance('10s');
  const { status } = await cluster.client.get('v1', 'ResourceQuota', inDefault('few'));
  expect(status?.used).toEqual({ 'count/widgets.example.com': '2' });
});

test('controllers that take over find custom kinds as they are', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  const [, one] = await cluster.apply(manifests);
  await cluster.restartControllers();
  await cluster.client.create('example.com/v1', 'Widget', owned(one!, 'child'));
  await cluster.client.delete('example.com/v1', 'Widget', inDefault('one'));
  await cluster.clock.advance('10s');
  expect((await cluster.client.list('example.com/v1', 'Widget')).items).toEqual([]);
});

test('two kinds that want one name are not both served', async () => {
  await using cluster = await createCluster({ nodes: 0 });
  await cluster.apply(manifests);
  const other = manifests.split('---')[0]!.replaceAll('widgets', 'gadgets').replace('Widget', 'Gadget');
  await expect(cluster.apply(other)).rejects.toThrow(
    'The kind of gadgets.example.com is not served: "wd" is already in use',
  );
});
