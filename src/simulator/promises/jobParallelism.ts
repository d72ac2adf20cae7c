import type { Job } from '../../generated/types.ts';
import { isLive, newPodOf } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';
import { RecentVersions } from './recentVersions.ts';

/**
 * When a Job makes a pod, no more of its pods live than `parallelism` says, the new one included. Of a parallelism that was changed lately
 * the largest holds, and pods that users had their hands on do not count.
 */
export const jobParallelism: PromiseToKeep = {
  name: 'a Job never runs more pods than its parallelism',
  watch(world) {
    const jobs = new RecentVersions<Job>(world, 'Job');
    return {
      afterChange(change) {
        jobs.note(change);
        const made = newPodOf('Job', change);
        if (!made) return undefined;
        const versions = jobs.of(made.ownerUid);
        if (versions.length === 0) return undefined;
        const most = Math.max(...versions.map(({ spec }) => spec.parallelism ?? 1));
        const live = world.podsOf(made.ownerUid).filter((pod) => isLive(pod) && !world.isTouched(pod));
        if (live.length <= most) return undefined;
        return `pod ${made.pod.metadata.name} of ${made.ownerKey} is number ${live.length}, and ${most} may run`;
      },
    };
  },
};
