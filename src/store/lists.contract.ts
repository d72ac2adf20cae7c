import { describe, expect, test } from 'vitest';
import { CompactedError, type ListOptions, type Store } from './store.ts';
import { putText, textOf } from './testing/objects.ts';

/** What every store promises about `list` and `count`. */
export function listsContract(store: () => Store): void {
  const put = (key: string, text?: string, expected?: number) => putText(store(), key, text, expected);
  const keys = (prefix: string, options?: ListOptions) =>
    store()
      .list(prefix, options)
      .items.map(({ key }) => key);

  describe('a list', () => {
    test('shows the keys of the prefix in order, and no neighbours', async () => {
      for (const key of ['/pods/b/x', '/pods/a/y', '/pods/a/x', '/podsx/a/x', '/pod/a', '/pods/a-b/x'])
        await put(key);
      expect(keys('/pods/')).toEqual(['/pods/a-b/x', '/pods/a/x', '/pods/a/y', '/pods/b/x']);
      expect(keys('/pods/a/')).toEqual(['/pods/a/x', '/pods/a/y']);
      expect(store().count('/pods/')).toBe(4);
      expect(store().count('/nothing/')).toBe(0);
    });

    test('goes page by page and says how many are left', async () => {
      for (const name of ['a', 'b', 'c', 'd', 'e']) await put(`/x/${name}`);
      const first = store().list('/x/', { limit: 2 });
      expect(first.items.map(({ key }) => key)).toEqual(['/x/a', '/x/b']);
      expect(first.remaining).toBe(3);
      const second = store().list('/x/', { limit: 2, after: '/x/b' });
      expect(second.items.map(({ key }) => key)).toEqual(['/x/c', '/x/d']);
      expect(second.remaining).toBe(1);
      expect(store().list('/x/', { limit: 2, after: '/x/d' }).remaining).toBe(0);
      expect(store().list('/x/', { limit: 2, after: '/y' })).toMatchObject({ items: [], remaining: 0 });
    });

    test('shows the past as it was, page by page', async () => {
      for (const name of ['a', 'b', 'c', 'd']) await put(`/x/${name}`, 'old');
      const at = store().revision;
      await store().delete('/x/a', undefined);
      await put('/x/b', 'new');
      await put('/x/aa', 'new');
      const first = store().list('/x/', { at, limit: 3 });
      expect(first.items.map(textOf)).toEqual(['old', 'old', 'old']);
      expect(first.items.map(({ key }) => key)).toEqual(['/x/a', '/x/b', '/x/c']);
      expect([first.revision, first.remaining]).toEqual([at, 1]);
      expect(keys('/x/', { at, after: '/x/c' })).toEqual(['/x/d']);
    });

    test('of a compacted revision, or of one to come, throws', async () => {
      await put('/x/a');
      const { revision } = await put('/x/a');
      await store().compact(revision);
      expect(() => store().list('/x/', { at: revision - 1 })).toThrow(CompactedError);
      expect(() => store().list('/x/', { at: revision + 1 })).toThrow(RangeError);
      expect(keys('/x/', { at: revision })).toEqual(['/x/a']);
    });
  });
}
