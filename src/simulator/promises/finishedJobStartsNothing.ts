import { uidOf } from '../../apimachinery/object.ts';
import type { Job } from '../../generated/types.ts';
import { hasTrueCondition } from '../../resources/conditions.ts';
import { newPodOf } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';
import { RecentVersions } from './recentVersions.ts';

const ENDS = ['Complete', 'Failed', 'SuccessCriteriaMet', 'FailureTarget'];

/**
 * Once it stands in a Job's status how it ends (`SuccessCriteriaMet`, `FailureTarget`) or ended (`Complete`, `Failed`), no pod is made for
 * it. Nor for one that has been suspended for so long that its controller must know.
 */
export const finishedJobStartsNothing: PromiseToKeep = {
  name: 'a finished or suspended Job never starts a pod',
  watch(world) {
    const jobs = new RecentVersions<Job>(world, 'Job');
    return {
      afterChange(change) {
        jobs.note(change);
        const made = newPodOf('Job', change);
        const job = made && world.get('Job', made.ownerKey);
        if (!job || uidOf(job) !== made.ownerUid) return undefined;
        const end = ENDS.find((type) => hasTrueCondition(job, type));
        if (end) return `pod ${made.pod.metadata.name} was made after ${end}`;
        const isSuspended = jobs.of(made.ownerUid).every(({ spec }) => spec.suspend === true);
        return isSuspended ? `pod ${made.pod.metadata.name} was made though the job is suspended` : undefined;
      },
    };
  },
};
