import { expect, test } from 'vitest';
import { PodCidrs } from './podCidrs.ts';

test('each node has a range of its own, the lowest that is free', () => {
  const ranges = new PodCidrs('10.244.0.0/16', 24);
  expect(['master01', 'node01', 'node02'].map((node) => ranges.reserve(node))).toEqual([
    '10.244.0.0/24',
    '10.244.1.0/24',
    '10.244.2.0/24',
  ]);
  ranges.release('node01');
  expect(ranges.reserve('node03')).toBe('10.244.1.0/24');
  expect(ranges.reserve('node02')).toBe('10.244.2.0/24');
});

test('ranges that nodes already have are left to them', () => {
  const ranges = new PodCidrs('10.244.0.0/16', 24);
  ranges.occupy('old', '10.244.0.0/24');
  expect(ranges.reserve('new')).toBe('10.244.1.0/24');
});

test('when all ranges are taken there is none', () => {
  const ranges = new PodCidrs('10.0.0.0/30', 31);
  expect(['a', 'b', 'c'].map((node) => ranges.reserve(node))).toEqual([
    '10.0.0.0/31',
    '10.0.0.2/31',
    undefined,
  ]);
});
