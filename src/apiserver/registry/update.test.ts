import { expect, test } from 'vitest';
import { ConfigMaps } from '../../resources/kinds.ts';
import { failure } from '../testing/failure.ts';
import { configMap, startRegistry } from '../testing/registry.ts';

const ref = (name: string) => ({ name, namespace: 'default' });

test('the stored version is replaced, what only the server sets stays', async () => {
  const { client } = await startRegistry();
  const created = await client.create(ConfigMaps, configMap('a'));
  const updated = await client.update(ConfigMaps, configMap('a', { data: { key: 'value' } }));
  expect(updated.data).toEqual({ key: 'value' });
  expect(updated.metadata.uid).toBe(created.metadata.uid);
  expect(updated.metadata.creationTimestamp).toBe(created.metadata.creationTimestamp);
  expect(Number(updated.metadata.resourceVersion)).toBeGreaterThan(Number(created.metadata.resourceVersion));
});

test('an update that changes nothing writes nothing', async () => {
  const { client, store } = await startRegistry();
  const created = await client.create(ConfigMaps, configMap('a', { data: { key: 'value' } }));
  const before = store.revision;
  const updated = await client.update(ConfigMaps, configMap('a', { data: { key: 'value' } }));
  expect(updated.metadata.resourceVersion).toBe(created.metadata.resourceVersion);
  expect(store.revision).toBe(before);
});

test('a stale version is refused', async () => {
  const { client } = await startRegistry();
  const created = await client.create(ConfigMaps, configMap('a'));
  await client.update(ConfigMaps, configMap('a', { data: { key: 'value' } }));
  expect(await failure(client.update(ConfigMaps, { ...created, data: {} }))).toBe(
    '409 Conflict: Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
  );
});

test('of many writers of one version one wins', async () => {
  const { client } = await startRegistry();
  const created = await client.create(ConfigMaps, configMap('a'));
  const writes = ['1', '2', '3', '4'].map((key) => client.update(ConfigMaps, { ...created, data: { key } }));
  const outcomes = await Promise.allSettled(writes);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
});

test('patches of many writers all arrive', async () => {
  const { client } = await startRegistry();
  await client.create(ConfigMaps, configMap('a'));
  const keys = ['1', '2', '3', '4', '5', '6', '7', '8'];
  await Promise.all(
    keys.map((key) => client.patch(ConfigMaps, ref('a'), { type: 'merge', body: { data: { [key]: 'x' } } })),
  );
  expect(Object.keys((await client.get(ConfigMaps, ref('a'))).data!)).toEqual(keys);
});

test('a missing object is not found', async () => {
  const { client } = await startRegistry();
  expect(await failure(client.update(ConfigMaps, configMap('a')))).toBe(
    '404 NotFound: configmaps "a" not found',
  );
});

test('lists and maps of the metadata that become empty are left out', async () => {
  const { client } = await startRegistry();
  const metadata = { ...ref('a'), labels: {}, finalizers: ['example.com/hold'] };
  const created = await client.create(ConfigMaps, configMap('a', { metadata }));
  expect(created.metadata).not.toHaveProperty('labels');
  const body = { metadata: { '$deleteFromPrimitiveList/finalizers': ['example.com/hold'] } };
  const patched = await client.patch(ConfigMaps, ref('a'), { type: 'strategic', body });
  expect(patched.metadata).not.toHaveProperty('finalizers');
});
