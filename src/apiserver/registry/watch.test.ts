import { expect, test } from 'vitest';
import type { WatchChange } from '../../client/client.ts';
import type { ConfigMap } from '../../generated/types.ts';
import { ConfigMaps, Namespaces } from '../../resources/kinds.ts';
import { configMap, namespace, startRegistry, type TestClient } from '../testing/registry.ts';

const ref = (name: string) => ({ name, namespace: 'default' });

function watching(client: TestClient, options: object = {}) {
  const seen: string[] = [];
  const ended = Promise.withResolvers<unknown>();
  const handle = client.watch(
    ConfigMaps,
    { resourceVersion: '', namespace: 'default', ...options },
    {
      onChanges: (changes) => seen.push(...changes.map(inWords)),
      onEnd: ended.resolve,
    },
  );
  return { seen, handle, ended: ended.promise };
}
const inWords = (change: WatchChange<ConfigMap>) =>
  change.type === 'BOOKMARK' ? change.type : `${change.type} ${change.object.metadata.name}`;
const labelled = (name: string, color: string) =>
  configMap(name, { metadata: { name, namespace: 'default', labels: { color } } });

test('without a version, what there is comes first', async () => {
  const { client } = await startRegistry();
  await client.create(ConfigMaps, configMap('a'));
  const { seen } = watching(client);
  await client.create(ConfigMaps, configMap('b'));
  await client.update(ConfigMaps, configMap('a', { data: { key: 'x' } }));
  await client.delete(ConfigMaps, ref('a'));
  expect(seen).toEqual(['ADDED a', 'ADDED b', 'MODIFIED a', 'DELETED a']);
});

test('from a version, only what came after it', async () => {
  const { client } = await startRegistry();
  const { metadata } = await client.create(ConfigMaps, configMap('a'));
  await client.create(ConfigMaps, configMap('b'));
  const { seen } = watching(client, { resourceVersion: metadata.resourceVersion });
  await client.create(ConfigMaps, configMap('c'));
  expect(seen).toEqual(['ADDED b', 'ADDED c']);
});

test('an object enters and leaves a selection', async () => {
  const { client } = await startRegistry();
  const { seen } = watching(client, { labelSelector: 'color=red' });
  for (const color of ['blue', 'red', 'red', 'blue', 'red']) {
    await client
      .update(ConfigMaps, labelled('a', color))
      .catch(() => client.create(ConfigMaps, labelled('a', color)));
    await client.update(ConfigMaps, { ...labelled('a', color), data: { color } });
  }
  await client.delete(ConfigMaps, ref('a'));
  expect(seen).toEqual([
    'ADDED a',
    'MODIFIED a',
    'MODIFIED a',
    'MODIFIED a',
    'DELETED a',
    'ADDED a',
    'MODIFIED a',
    'DELETED a',
  ]);
});

test('a selection by name hears of nothing else', async () => {
  const { client } = await startRegistry();
  const { seen } = watching(client, { fieldSelector: 'metadata.name=a' });
  await client.create(ConfigMaps, configMap('b'));
  await client.create(ConfigMaps, configMap('a'));
  expect(seen).toEqual(['ADDED a']);
});

test('another namespace is not heard of', async () => {
  const { client } = await startRegistry();
  await client.create(Namespaces, namespace('other'));
  const { seen } = watching(client);
  await client.create(ConfigMaps, { metadata: { name: 'a', namespace: 'other' } });
  expect(seen).toEqual([]);
});

test('a watch that is stopped hears nothing more', async () => {
  const { client } = await startRegistry();
  const { seen, handle } = watching(client);
  handle.stop();
  await client.create(ConfigMaps, configMap('a'));
  expect(seen).toEqual([]);
});

test('a version that is compacted away ends the watch with 410', async () => {
  const { client, store } = await startRegistry();
  await client.create(ConfigMaps, configMap('a'));
  await store.compact(store.revision);
  const { ended } = watching(client, { resourceVersion: '1' });
  expect(await ended).toMatchObject({ code: 410, reason: 'Expired' });
});
