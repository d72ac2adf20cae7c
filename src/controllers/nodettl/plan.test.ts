import { describe, expect, test } from 'vitest';
import type { Node } from '../../generated/types.ts';
import { planNodeTtl, TTL_ANNOTATION } from './plan.ts';
import { secondsOf, stepFor } from './ttlSteps.ts';

const node = (told: string | undefined): Node => ({
  metadata: { name: 'a', ...(told !== undefined && { annotations: { [TTL_ANNOTATION]: told } }) },
  spec: {},
});

const cases: Record<string, { told?: string; seconds: number; want: number[] }> = {
  'a node that was never told is': { seconds: 0, want: [0] },
  'one that was told the same is not told again': { told: '15', seconds: 15, want: [] },
  'one that was told otherwise is': { told: '0', seconds: 15, want: [15] },
  'one that was told nonsense is': { told: 'soon', seconds: 0, want: [0] },
  'one that was told nothing at all is': { told: '', seconds: 0, want: [0] },
};
for (const [name, { told, seconds, want }] of Object.entries(cases)) {
  test(name, () => {
    const { stages } = planNodeTtl({ node: node(told), seconds });
    expect(stages.flat().map((action) => action.seconds)).toEqual(want);
  });
}

describe('a cluster that comes to have so many nodes', () => {
  test.each([
    [[1], 0],
    [[100], 0],
    [[101], 15],
    [[101, 90], 15],
    [[101, 89], 0],
    [[500], 15],
    [[501], 30],
    [[501, 450], 30],
    [[501, 449], 15],
    [[1001], 60],
    [[2001], 300],
    [[2001, 1800], 300],
    [[2001, 1799], 60],
    [[2001, 3], 0],
    [[101, 0, 100], 0],
  ])('%j lets them remember for %i seconds', (sizes, seconds) => {
    expect(secondsOf(sizes.reduce((step, size) => stepFor(size, step), 0))).toBe(seconds);
  });
});
