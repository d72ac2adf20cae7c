import { describe, expect, test } from 'vitest';
import { CompactedError, type Store, type StoreEvent } from './store.ts';
import { putText, textOf } from './testing/objects.ts';

/** What every store promises about `watch`. */
export function watchesContract(store: () => Store): void {
  const put = (key: string, text?: string, expected?: number) => putText(store(), key, text, expected);

  describe('a watch', () => {
    const inWords = ({ stored, previous, deleted, key }: StoreEvent) =>
      `${key}: ${textOf(previous) ?? 'nothing'} -> ${textOf(stored) ?? 'nothing'}${deleted ? ' (deleted)' : ''}`;

    test('hears of creation, change and deletion under its prefix, with what was before', async () => {
      const heard: string[] = [];
      store().watch('/x/', store().revision, (events) => heard.push(...events.map(inWords)));
      await put('/x/a', 'one');
      await put('/y/a', 'elsewhere');
      await put('/x/a', 'two');
      await store().delete('/x/a', undefined);
      expect(heard).toEqual(['/x/a: nothing -> one', '/x/a: one -> two', '/x/a: two -> nothing (deleted)']);
    });

    test('from a past revision hears the past first, then the present, each once', async () => {
      await put('/x/a', 'one');
      const from = store().revision;
      await put('/x/a', 'two');
      await put('/y/b', 'elsewhere');
      const heard: string[] = [];
      store().watch('/x/', from, (events) => heard.push(...events.map(inWords)));
      expect(heard).toEqual(['/x/a: one -> two']);
      await put('/x/a', 'three');
      expect(heard).toEqual(['/x/a: one -> two', '/x/a: two -> three']);
    });

    test('from a compacted revision throws; from the compacted one itself it hears all that follows', async () => {
      const { revision } = await put('/x/a', 'one');
      await put('/x/a', 'two');
      await store().compact(revision);
      expect(store().compactedRevision).toBe(revision);
      expect(() => store().watch('/x/', revision - 1, () => {})).toThrow(CompactedError);
      const heard: string[] = [];
      store().watch('/x/', revision, (events) => heard.push(...events.map(inWords)));
      expect(heard).toEqual(['/x/a: one -> two']);
    });

    test('from a revision to come hears nothing until then', async () => {
      const heard: string[] = [];
      store().watch('/x/', store().revision + 1, (events) => heard.push(...events.map(inWords)));
      await put('/x/a', 'one');
      await put('/x/a', 'two');
      expect(heard).toEqual(['/x/a: one -> two']);
    });

    test('that begins within a delivery misses nothing and hears nothing twice', async () => {
      const heard: number[] = [];
      let hasBegun = false;
      const from = store().revision;
      store().watch('/x/', from, () => {
        if (hasBegun) return;
        hasBegun = true;
        store().watch('/x/', from, (events) => heard.push(...events.map(({ revision }) => revision)));
      });
      await Promise.all([put('/x/a'), put('/x/b')]);
      expect(heard).toEqual([from + 1, from + 2]);
    });

    test('that was stopped hears nothing more, even in the middle of a delivery', async () => {
      const heard: string[] = [];
      const watches = ['first', 'second'].map((name) =>
        store().watch('/x/', store().revision, () => {
          heard.push(name);
          for (const watch of watches) watch.stop();
        }),
      );
      await put('/x/a');
      await put('/x/b');
      expect(heard).toEqual(['first']);
    });

    test('may write from its callback', async () => {
      const answered = Promise.withResolvers<void>();
      store().watch('/x/', store().revision, () => void put('/y/echo').then(() => answered.resolve()));
      await put('/x/a');
      await answered.promise;
      expect(store().get('/y/echo')).toBeDefined();
    });

    test('must name a prefix that ends in a slash', () => {
      expect(() => store().watch('/x', store().revision, () => {})).toThrow('a prefix ends in "/"');
    });
  });
}
