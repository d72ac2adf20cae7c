import { expect, test } from 'vitest';
import type { ConfigMap } from '../../generated/types.ts';
import { ConfigMaps, Namespaces } from '../../resources/kinds.ts';
import { failure } from '../testing/failure.ts';
import { configMap, namespace, startRegistry, type TestClient } from '../testing/registry.ts';

const ref = (name: string) => ({ name, namespace: 'default' });

test('the server sets what only it may set', async () => {
  const { client } = await startRegistry();
  const created = await client.create(ConfigMaps, {
    ...configMap('a'),
    metadata: {
      name: 'a',
      namespace: 'default',
      uid: 'mine',
      generation: 7,
      deletionTimestamp: '2020-01-01T00:00:00Z' as never,
    },
  });
  expect(created).toEqual({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: {
      name: 'a',
      namespace: 'default',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/),
      creationTimestamp: '2026-01-01T00:00:00Z',
      resourceVersion: expect.stringMatching(/^\d+$/),
    },
  });
  expect(created.metadata.uid).not.toBe('mine');
});

test('a name is generated from its prefix', async () => {
  const { client } = await startRegistry();
  const { metadata } = await client.create(ConfigMaps, {
    metadata: { generateName: 'a-', namespace: 'default' },
  });
  expect(metadata.name).toMatch(/^a-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

const refusals: Record<
  string,
  { prepare?: (client: TestClient) => Promise<unknown>; object: ConfigMap; want: string }
> = {
  'a name that is taken': {
    prepare: (client) => client.create(ConfigMaps, configMap('a')),
    object: configMap('a'),
    want: '409 AlreadyExists: configmaps "a" already exists',
  },
  'a name whose holder is being deleted': {
    async prepare(client) {
      await client.create(
        ConfigMaps,
        configMap('a', { metadata: { name: 'a', namespace: 'default', finalizers: ['x.y/z'] } }),
      );
      await client.delete(ConfigMaps, ref('a'));
    },
    object: configMap('a'),
    want: '409 AlreadyExists: object is being deleted: configmaps "a" already exists',
  },
  'a namespace that is not there': {
    object: { metadata: { name: 'a', namespace: 'gone' } },
    want: '404 NotFound: namespaces "gone" not found',
  },
  'a namespace that is terminating': {
    async prepare(client) {
      await client.create(Namespaces, namespace('leaving'));
      await client.delete(Namespaces, { name: 'leaving' });
    },
    object: { metadata: { name: 'a', namespace: 'leaving' } },
    want: '403 Forbidden: configmaps "a" is forbidden: unable to create new content in namespace leaving because it is being terminated',
  },
  'a resourceVersion': {
    object: { metadata: { name: 'a', namespace: 'default', resourceVersion: '5' } },
    want: '400 BadRequest: resourceVersion should not be set on objects to be created',
  },
  'no name at all': {
    object: { metadata: { namespace: 'default' } },
    want: '422 Invalid: ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
  },
};
for (const [name, { prepare, object, want }] of Object.entries(refusals)) {
  test(`${name} is refused`, async () => {
    const { client } = await startRegistry();
    await prepare?.(client);
    expect(await failure(client.create(ConfigMaps, object))).toBe(want);
  });
}

test('a dry run answers as if, and stores nothing', async () => {
  const { client, store } = await startRegistry();
  const before = store.revision;
  const answer = await client.create(ConfigMaps, configMap('a'), { dryRun: true });
  expect(answer.metadata.uid).toBeDefined();
  expect(store.revision).toBe(before);
});
