import { expect, test } from 'vitest';
import { VIRTUAL_EPOCH } from '../../clock/virtualClock.ts';
import { disruptionTarget } from './disruptionTarget.ts';

test('it names the generation of the pod for which it was decided', () => {
  const pod = { metadata: { name: 'a', generation: 3 }, spec: { containers: [] } };
  expect(disruptionTarget(pod, 'DeletionByPodGC', 'PodGC: node no longer exists', VIRTUAL_EPOCH)).toEqual({
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: 'PodGC: node no longer exists',
    observedGeneration: 3,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  });
});
