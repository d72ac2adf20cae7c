import type { Pod } from '../../generated/types.ts';
import { keepsFailedPods } from '../../resources/job/jobAnnotations.ts';
import type { Action } from './actions.ts';
import type { Ending } from './ending.ts';
import type { Tally } from './tally.ts';

/** The shortest time that a pod may be given; over at once for one that runs. */
export const OVER_AT_ONCE_SECONDS = 1;

/** What becomes of the pods that still run when their job ends: they are deleted, and with them their logs, unless the job keeps them. */
export const stopPods = ({ job, active }: Tally, { final }: Ending): readonly Action[] =>
  active.flatMap((pod): Action[] => {
    if (final === 'Complete' || !keepsFailedPods(job) || !hasStarted(pod)) return [{ kind: 'stopPod', pod }];
    return pod.spec.activeDeadlineSeconds === OVER_AT_ONCE_SECONDS ? [] : [{ kind: 'endPod', pod }];
  });

/** Something of it ran, so there may be logs. */
const hasStarted = ({ status = {} }: Pod): boolean =>
  [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])].some(
    ({ state, lastState }) => state?.running ?? state?.terminated ?? lastState?.terminated,
  );
