import { expect, test } from 'vitest';
import { slowStart } from './slowStart.ts';

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test('every item is worked on once', async () => {
  for (const count of [0, 1, 7, 8, 9, 24, 25, 1000]) {
    const done: number[] = [];
    await slowStart(numbers(count), async (item) => void done.push(item));
    expect(done).toEqual(numbers(count));
  }
});

test('a failure of the first one keeps the rest from being tried', async () => {
  const tried: number[] = [];
  const work = async (item: number) => {
    tried.push(item);
    throw new Error(`no ${item}`);
  };
  await expect(slowStart(numbers(1000), work)).rejects.toThrow('no 0');
  expect(tried).toEqual([0]);
});
