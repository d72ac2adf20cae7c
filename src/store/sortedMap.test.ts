import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SortedMap } from './sortedMap.ts';

const item = (key: string) => ({ key });

test('ranges and counts are those of a sorted list, whatever came and went', () => {
  const keys = fc.array(fc.nat(3_000).map(String), { maxLength: 3_000, size: 'max' });
  const bound = fc.nat(3_000).map(String);
  fc.assert(
    fc.property(keys, keys, bound, bound, fc.nat(2_000), (added, removed, start, end, limit) => {
      const map = new SortedMap<{ key: string }>();
      for (const key of added) map.set(item(key));
      for (const key of removed) map.delete(key);
      const left = [...new Set(added).difference(new Set(removed))].toSorted();
      const inRange = left.filter((key) => key >= start && key < end);
      expect(map.size).toBe(left.length);
      expect(map.range(start, end).map(({ key }) => key)).toEqual(inRange);
      expect(map.range(start, end, limit).map(({ key }) => key)).toEqual(inRange.slice(0, limit));
      expect(map.count(start, end)).toBe(inRange.length);
    }),
    // Shrinking thousands of keys would take minutes.
    { numRuns: 30, endOnFailure: true },
  );
});

test('an item replaces the one of the same key', () => {
  const map = new SortedMap<{ key: string; text: string }>();
  map.set({ key: 'a', text: 'one' });
  map.set({ key: 'a', text: 'two' });
  expect(map.get('a')?.text).toBe('two');
  expect(map.range('a', 'b').map(({ text }) => text)).toEqual(['two']);
});

test('keys that arrive in order, or in the opposite order, are all there', () => {
  const names = Array.from({ length: 5_000 }, (_, index) => String(index).padStart(5, '0'));
  for (const order of [names, names.toReversed()]) {
    const map = new SortedMap<{ key: string }>();
    for (const name of order) map.set(item(name));
    expect(map.range('0', '1').map(({ key }) => key)).toEqual(names);
  }
});
