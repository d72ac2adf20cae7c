import { expect, test } from 'vitest';
import { startRegistry } from '../../apiserver/testing/registry.ts';
import type { Client } from '../../client/client.ts';
import { clientWith } from '../../client/clientWith.ts';
import { Informers } from '../../client/informers.ts';
import type { ConfigMap } from '../../generated/types.ts';
import { ConfigMaps, Secrets } from '../../resources/kinds.ts';
import { withWriteHook } from '../testing/clients.ts';
import { OwnWrites } from './ownWrites.ts';

const configMap = (name: string): ConfigMap => ({ metadata: { name, namespace: 'default' } });
const ref = { name: 'a', namespace: 'default' };

/** A cache that hears of changes only when told to. */
async function startWithSlowCache(wrap: (client: Client) => Client = (client) => client) {
  const { client, clock } = await startRegistry();
  await client.create(ConfigMaps, configMap('a'));
  const held: (() => void)[] = [];
  const slow = clientWith(client, {
    watch: (type, options, handler) =>
      client.watch(type, options, {
        onChanges: (changes) => held.push(() => handler.onChanges(changes)),
        onEnd: (error) => handler.onEnd(error),
      }),
  });
  const informers = new Informers(slow, clock);
  const cache = informers.of(ConfigMaps);
  await informers.start();
  const writes = new OwnWrites(wrap(client), informers);
  let isSeen = false;
  return {
    cache,
    writes,
    catchUp: () => {
      for (const deliver of held.splice(0)) deliver();
    },
    waitsForCache: async () => {
      const seen = writes.seen().then(() => {
        isSeen = true;
      });
      await clock.advance(0);
      const waited = !isSeen;
      for (const deliver of held.splice(0)) deliver();
      await seen;
      return waited;
    },
  };
}

/** Carries out writes, and loses the answers. */
const losingAnswers = (client: Client): Client =>
  withWriteHook(client, () => {
    throw new Error('socket hang up');
  });

test('a created object is waited for', async () => {
  const { cache, writes, waitsForCache } = await startWithSlowCache();
  await writes.client.create(ConfigMaps, configMap('b'));
  expect(await waitsForCache()).toBe(true);
  expect(cache.size).toBe(2);
});

test('a changed object is waited for', async () => {
  const { cache, writes, waitsForCache } = await startWithSlowCache();
  await writes.client.patch(ConfigMaps, ref, { type: 'merge', body: { data: { key: 'value' } } });
  expect(await waitsForCache()).toBe(true);
  expect(cache.get('default/a')?.data).toEqual({ key: 'value' });
});

test('an object that a delete removed at once is waited for', async () => {
  const { cache, writes, waitsForCache } = await startWithSlowCache();
  await writes.client.delete(ConfigMaps, ref);
  expect(await waitsForCache()).toBe(true);
  expect(cache.size).toBe(0);
});

test('a creation whose answer was lost is waited for', async () => {
  const { cache, writes, waitsForCache } = await startWithSlowCache(losingAnswers);
  await expect(writes.client.create(ConfigMaps, configMap('b'))).rejects.toThrow('hang up');
  expect(await waitsForCache()).toBe(true);
  expect(cache.size).toBe(2);
});

test('a deletion whose answer was lost is waited for', async () => {
  const { cache, writes, waitsForCache } = await startWithSlowCache(losingAnswers);
  await expect(writes.client.delete(ConfigMaps, ref)).rejects.toThrow('hang up');
  expect(await waitsForCache()).toBe(true);
  expect(cache.size).toBe(0);
});

test('a refused write is not waited for', async () => {
  const { writes, waitsForCache } = await startWithSlowCache();
  await expect(writes.client.create(ConfigMaps, configMap('a'))).rejects.toThrow('already exists');
  expect(await waitsForCache()).toBe(false);
});

test('a write to a collection that nobody follows is not waited for', async () => {
  const { writes, waitsForCache } = await startWithSlowCache();
  await writes.client.create(Secrets, { metadata: { name: 's', namespace: 'default' } });
  expect(await waitsForCache()).toBe(false);
});

test('what is written one after the other is waited for once', async () => {
  const { writes, waitsForCache, catchUp } = await startWithSlowCache();
  await writes.client.create(ConfigMaps, configMap('b'));
  catchUp();
  expect(await waitsForCache()).toBe(false);
});
