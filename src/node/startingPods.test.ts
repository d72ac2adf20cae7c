import { expect, test } from 'vitest';
import { StartingPods } from './startingPods.ts';

test('a few pods are told of at once, a rush of them a little later', () => {
  const starting = new StartingPods();
  for (let pod = 0; pod < 10; pod++) starting.note(`uid-${pod}`, true);
  expect(starting.statusDelayMs).toBe(0);
  starting.note('uid-10', true);
  starting.note('uid-10', true);
  expect(starting.statusDelayMs).toBe(20);
  starting.note('uid-10', false);
  expect(starting.statusDelayMs).toBe(0);
});
