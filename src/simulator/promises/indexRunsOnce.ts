import { uidOf } from '../../apimachinery/object.ts';
import { isSucceeded } from '../../resources/pod/podPhase.ts';
import { indexOf, parseIndexes } from './jobIndexes.ts';
import { isLive, newPodOf } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';

/**
 * When an Indexed Job makes a pod for an index, that index has not succeeded or failed for good, and no other pod of it lives. So no index
 * succeeds twice, unless the pod that had it was lost or thrown out before it ended.
 */
export const indexRunsOnce: PromiseToKeep = {
  name: 'an index of an Indexed Job never runs beside or after its success',
  watch: (world) => ({
    afterChange(change) {
      const made = newPodOf('Job', change);
      const index = made && indexOf(made.pod);
      if (index === undefined) return undefined;
      const { pod, ownerUid, ownerKey } = made!;
      const job = world.get('Job', ownerKey);
      if (!job || uidOf(job) !== ownerUid) return undefined;
      const what = `pod ${pod.metadata.name} was made for index ${index} of ${ownerKey}`;
      if (parseIndexes(job.status?.completedIndexes).has(index)) return `${what}, which is completed`;
      if (parseIndexes(job.status?.failedIndexes).has(index)) return `${what}, which has failed`;
      const other = world
        .podsOf(ownerUid)
        .filter((each) => uidOf(each) !== uidOf(pod) && indexOf(each) === index && !world.isTouched(each))
        .find((each) => isLive(each) || isSucceeded(each));
      return other && `${what}, which ${other.metadata.name} (${other.status?.phase}) has`;
    },
  }),
};
