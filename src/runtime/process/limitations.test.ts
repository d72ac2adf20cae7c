import { expect, test } from 'vitest';
import { sh } from '../testing/configs.ts';
import { limitationsOf, limitationsOfPods } from './limitations.ts';

test('a process of the host is told to have no limit of its pod, where there shall be one', () => {
  expect(limitationsOfPods(20)).toEqual([expect.stringMatching(/more than 20 processes: --pod-max-pids is/)]);
});

test('nothing is told of limits where there shall be none', () => {
  expect(limitationsOfPods(undefined)).toEqual([]);
  expect(limitationsOf(sh('true'))).toEqual([]);
});
