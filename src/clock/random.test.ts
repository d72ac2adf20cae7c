import { expect, test } from 'vitest';
import { nameSuffix, SeededRandom, uuid } from './random.ts';

const draws = (random: { next(): number }) => Array.from({ length: 5 }, () => random.next());

test('the same seed gives the same numbers, another seed others', () => {
  expect(draws(new SeededRandom(7))).toEqual(draws(new SeededRandom(7)));
  expect(draws(new SeededRandom(7))).not.toEqual(draws(new SeededRandom(8)));
});

test('a stream is not shifted by draws from another', () => {
  const root = new SeededRandom(7);
  const before = draws(root.stream('pods'));
  draws(root.stream('nodes'));
  root.next();
  expect(draws(root.stream('pods'))).toEqual(before);
  expect(draws(root.stream('nodes'))).not.toEqual(before);
});

test('numbers fill the unit interval evenly', () => {
  const random = new SeededRandom('even');
  const buckets = Array(10).fill(0) as number[];
  for (let draw = 0; draw < 10_000; draw++) buckets[Math.floor(random.next() * 10)]!++;
  for (const count of buckets) expect(Math.abs(count - 1_000)).toBeLessThan(150);
});

test('identifiers have the form that upstream gives them', () => {
  const random = new SeededRandom(1);
  expect(uuid(random)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(nameSuffix(random)).toMatch(/^[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});
