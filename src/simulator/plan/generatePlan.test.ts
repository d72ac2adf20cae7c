import { expect, test } from 'vitest';
import { generatePlan } from './generatePlan.ts';

test('the same seed gives the same plan, another seed another', () => {
  expect(generatePlan(5, 20)).toEqual(generatePlan(5, 20));
  expect(generatePlan(6, 20)).not.toEqual(generatePlan(5, 20));
});

test('every kind of operation and of fault comes up within a few hundred seeds', () => {
  const kinds = new Set<string>();
  for (let seed = 1; seed <= 300; seed++)
    for (const { does } of generatePlan(seed, 10).steps) kinds.add(does.kind);
  expect([...kinds].sort()).toEqual([
    'addNode',
    'change',
    'compact',
    'conflict',
    'cordon',
    'crashControllers',
    'crashNode',
    'create',
    'cut',
    'delete',
    'drain',
    'endWatches',
    'jumpClock',
    'killPod',
    'labelNode',
    'loseAnswers',
    'refuse',
    'relabelPod',
    'removeNode',
    'slow',
    'taintNode',
    'troubleStore',
    'uncordon',
  ]);
});
