import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SystemClock } from '../clock/systemClock.ts';
import { EtcdStore } from './etcdStore.ts';
import { storeContract } from './store.contract.ts';
import { CompactedError, type Store, StoreUnavailableError } from './store.ts';
import { CuttableLink } from './testing/cuttableLink.ts';
import { EtcdServer, hasEtcd } from './testing/etcdServer.ts';
import { configMap, textOf } from './testing/objects.ts';

const isThere = hasEtcd();
const why = isThere ? '' : ' (skipped: no etcd on the PATH; Debian has it in etcd-server)';

describe.skipIf(!isThere)(`EtcdStore${why}`, () => {
  let etcd: EtcdServer;
  let homes = 0;
  beforeAll(async () => {
    etcd = await EtcdServer.start();
  });
  afterAll(() => etcd.remove());

  const connect = (root: string) => EtcdStore.connect([etcd.endpoint], { clock: new SystemClock(), root });
  const newRoot = () => `/home${homes++}`;

  storeContract(
    async () => {
      const root = newRoot();
      return { open: () => connect(root), remove: async () => {} };
    },
    { runs: 5 },
  );

  /** Connects several stores to the same keys, as several servers do. */
  async function connected(count: number, work: (...stores: Store[]) => Promise<void>): Promise<void> {
    const root = newRoot();
    const stores = await Promise.all(Array.from({ length: count }, () => connect(root)));
    try {
      await work(...stores);
    } finally {
      await Promise.all(stores.map((store) => store.close()));
    }
  }

  test('what one server writes or deletes, another sees after a read barrier', () =>
    connected(2, async (here, there) => {
      const stored = await here!.put('/a/b', configMap('one'), 0);
      await there!.readBarrier();
      expect(there!.get('/a/b')).toMatchObject({ revision: stored.revision, json: stored.json });
      await here!.delete('/a/b', stored.revision);
      await there!.readBarrier();
      expect(there!.get('/a/b')).toBeUndefined();
      expect(there!.list('/', { at: stored.revision }).items.map(textOf)).toEqual(['one']);
    }));

  test('of servers that write the same key at the same time, one wins', () =>
    connected(3, async (...stores) => {
      const results = await Promise.allSettled(
        stores.map((store, index) => store.put('/a/b', configMap(`${index}`), 0)),
      );
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    }));

  test('a store that connects later starts with what is there', async () => {
    const root = newRoot();
    const first = await connect(root);
    const names = Array.from({ length: 1_100 }, (_, index) => `${index}`);
    await Promise.all(names.map((name) => first.put(`/a/${name}`, configMap(name), 0)));
    const { revision } = await first.put('/b/c', configMap('last'), 0);
    await first.close();
    const second = await connect(root);
    expect(second.count('/a/')).toBe(1_100);
    expect(second.revision).toBe(revision);
    expect(textOf(second.get('/a/77'))).toBe('77');
    expect(() => second.watch('/a/', revision - 1, () => {})).toThrow(CompactedError);
    await second.close();
  });

  describe('a store whose connection breaks', () => {
    /** Writes something behind the store's back, and returns what its watcher has heard when it hears of `last`. */
    async function heardAfterBreak(
      write: (other: Store) => Promise<unknown>,
      last: string,
    ): Promise<string[]> {
      const root = newRoot();
      const link = await CuttableLink.to(etcd.endpoint);
      const store = await EtcdStore.connect([link.endpoint], { clock: new SystemClock(), root });
      for (const name of ['changed', 'gone', 'kept']) await store.put(`/a/${name}`, configMap('before'), 0);
      const heard: string[] = [];
      const hasHeardAll = new Promise<void>((resolve) => {
        store.watch('/a/', store.revision, (events) => {
          heard.push(...events.map(({ key, stored }) => `${key} ${textOf(stored) ?? 'deleted'}`));
          if (heard.includes(last)) resolve();
        });
      });
      link.cut();
      await expect(store.put('/a/kept', configMap('lost'), undefined)).rejects.toThrow(StoreUnavailableError);
      const other = await connect(root);
      await write(other);
      await other.close();
      expect(textOf(store.get('/a/changed'))).toBe('before');
      await link.mend();
      await hasHeardAll;
      expect(store.count('/a/')).toBe(2);
      await store.close();
      link.cut();
      return heard;
    }

    test('hears all that it missed', async () => {
      const heard = await heardAfterBreak(async (other) => {
        await other.put('/a/changed', configMap('one'), undefined);
        await other.delete('/a/gone', undefined);
        await other.put('/a/changed', configMap('two'), undefined);
      }, '/a/changed two');
      expect(heard).toEqual(['/a/changed one', '/a/gone deleted', '/a/changed two']);
    });

    test('hears the difference when etcd has forgotten what it missed', async () => {
      const heard = await heardAfterBreak(async (other) => {
        await other.put('/a/changed', configMap('one'), undefined);
        await other.delete('/a/gone', undefined);
        await other.put('/a/changed', configMap('two'), undefined);
        await other.compact(other.revision);
      }, '/a/gone deleted');
      expect(heard).toEqual(['/a/changed two', '/a/gone deleted']);
    });
  });

  test('an etcd that does not answer is told in one line', async () => {
    const connecting = EtcdStore.connect(['127.0.0.1:1'], { clock: new SystemClock() });
    await expect(connecting).rejects.toThrow(/^Cannot connect to etcd at 127\.0\.0\.1:1: [^\n]*$/);
  });
});
