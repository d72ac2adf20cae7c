import { expect, test } from 'vitest';
import type { Pod } from '../../generated/types.ts';
import { accountedSpec } from './accountedSpec.ts';

const amounts = (cpu: string) => ({ requests: { cpu } });

/** A pod whose container wants, was promised and has so many processors. */
const pod = (wants: string, allocated: string, has: string, rest: Partial<Pod['status']> = {}): Pod => ({
  metadata: { name: 'a', generation: 2 },
  spec: { containers: [{ name: 'main', resources: amounts(wants) }] },
  status: {
    containerStatuses: [
      {
        name: 'main',
        image: '',
        imageID: '',
        ready: true,
        restartCount: 0,
        allocatedResources: { cpu: allocated },
        resources: amounts(has),
      },
    ],
    ...rest,
  },
});
const pending = (reason: string) => ({ conditions: [{ type: 'PodResizePending', status: 'True', reason }] });

const cases: Record<string, { given: Pod; want: string }> = {
  'a pod that shall have more counts with that': { given: pod('3', '1', '1'), want: '3' },
  'a pod that still has more counts with that': { given: pod('1', '1', '3'), want: '3' },
  'a pod that was promised more counts with that': { given: pod('1', '3', '1'), want: '3' },
  'a resize that waits for room counts': { given: pod('3', '1', '1', pending('Deferred')), want: '3' },
  'a resize that will never be does not': { given: pod('3', '1', '1', pending('Infeasible')), want: '1' },
};
for (const [name, { given, want }] of Object.entries(cases))
  test(name, () => expect(accountedSpec(given).containers[0]!.resources?.requests).toEqual({ cpu: want }));

test('a pod that has what it wants counts by its very spec, and so does one that nobody has resized', () => {
  const settled = pod('1', '1', '1');
  expect(accountedSpec(settled)).toBe(settled.spec);
  const fresh = pod('1', '3', '3');
  fresh.metadata.generation = 1;
  expect(accountedSpec(fresh)).toBe(fresh.spec);
});
