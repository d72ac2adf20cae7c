import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IndexSet } from './indexSet.ts';

const cases: Record<string, { indexes: number[]; text: string }> = {
  'nothing is the empty text': { indexes: [], text: '' },
  'one index stands alone': { indexes: [3], text: '3' },
  'two neighbours are listed': { indexes: [1, 2], text: '1,2' },
  'three neighbours are a range': { indexes: [5, 3, 4], text: '3-5' },
  'gaps part ranges': { indexes: [0, 1, 2, 4, 6, 7], text: '0-2,4,6,7' },
};
for (const [name, { indexes, text }] of Object.entries(cases)) {
  test(name, () => expect(IndexSet.of(indexes).toString()).toBe(text));
}

test('what is written reads back as the same set', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat(200)), (indexes) => {
      const set = IndexSet.parse(IndexSet.of(indexes).toString(), 1000);
      expect(set.size).toBe(indexes.length);
      for (let index = 0; index <= 200; index++) expect(set.has(index)).toBe(indexes.includes(index));
    }),
  );
});

test('indexes beyond the completions are left out, and so is what is no number', () => {
  expect(IndexSet.parse('0-2,x,5-9,-3,4-1,12', 7).toString()).toBe('0-2,5,6');
});
