import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import { aPod, NOW } from '../testing/builders.ts';
import { type Observed, planPodGc } from './plan.ts';

const planOf = (pods: readonly Pod[], rest: Partial<Observed> = {}) =>
  planPodGc({ pods, missingSince: new Map(), outOfService: new Set(), ...rest }, NOW);
const work = (pods: readonly Pod[], rest: Partial<Observed> = {}) =>
  planOf(pods, rest)
    .stages.flat()
    .map(({ pod, because }) => `${nameOf(pod)} (${because})`);

const cases: Record<string, { pods: Pod[]; rest?: Partial<Observed>; want: string[] }> = {
  'a pod of a node that has been gone for forty seconds goes': {
    pods: [aPod('a', { node: 'gone' }), aPod('b', { node: 'n1' })],
    rest: { missingSince: new Map([['gone', NOW - 40_000]]) },
    want: ['a (nodeGone)'],
  },
  'not before: the node may come back': {
    pods: [aPod('a', { node: 'gone' })],
    rest: { missingSince: new Map([['gone', NOW - 39_999]]) },
    want: [],
  },
  'a pod that was deleted before it was scheduled goes': {
    pods: [aPod('a', { deleting: true }), aPod('b', { deleting: true, node: 'n1' })],
    want: ['a (unscheduled)'],
  },
  'a terminating pod of a node that is out of service goes': {
    pods: [aPod('a', { deleting: true, node: 'n1' }), aPod('b', { node: 'n1' })],
    rest: { outOfService: new Set(['n1']) },
    want: ['a (outOfService)'],
  },
  'of more than 12,500 ended pods the oldest go': {
    pods: Array.from({ length: 12_502 }, (_, i) =>
      aPod(`p${i}`, { state: 'succeeded', node: 'n1', ageSeconds: i }),
    ),
    want: ['p12501 (terminated)', 'p12500 (terminated)'],
  },
  'of these, those that were evicted go before all others': {
    pods: [
      ...Array.from({ length: 12_500 }, (_, i) =>
        aPod(`p${i}`, { state: 'succeeded', node: 'n1', ageSeconds: 60 }),
      ),
      aPod('evicted', { state: 'failed', node: 'n1', ageSeconds: 1, status: { reason: 'Evicted' } }),
    ],
    want: ['evicted (terminated)'],
  },
};
for (const [name, { pods, rest, want }] of Object.entries(cases)) {
  test(name, () => expect(work(pods, rest)).toEqual(want));
}

test('it looks again when a node’s time to come back is over, at the latest after its period', () => {
  expect(planOf([]).lookAgainAt).toBe(NOW + 20_000);
  expect(planOf([], { missingSince: new Map([['gone', NOW - 30_000]]) }).lookAgainAt).toBe(NOW + 10_000);
});
