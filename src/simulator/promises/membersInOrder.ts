import { controllerOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { ordinalOf } from './members.ts';
import { newPodOf } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';
import { RecentVersions } from './recentVersions.ts';

/**
 * When a StatefulSet with `OrderedReady` makes the pod of an ordinal, the pod of the ordinal before it is ready, or was so lately:
 * that it is not any more may not be known yet.
 */
export const membersInOrder: PromiseToKeep = {
  name: 'a StatefulSet with OrderedReady never makes a pod before the one before it is ready',
  watch(world) {
    const pods = new RecentVersions<Pod>(world, 'Pod');
    return {
      afterChange(change) {
        pods.note(change);
        const made = newPodOf('StatefulSet', change);
        const ordinal = made && ordinalOf(made.pod);
        if (!ordinal) return undefined;
        const { pod, ownerUid, ownerKey } = made!;
        if (world.get('StatefulSet', ownerKey)?.spec?.podManagementPolicy !== 'OrderedReady')
          return undefined;
        const wasReady = pods
          .all()
          .some(
            (other) =>
              controllerOf(other)?.uid === ownerUid && ordinalOf(other) === ordinal - 1 && isReady(other),
          );
        return wasReady
          ? undefined
          : `pod ${pod.metadata.name} was made, and number ${ordinal - 1} was not ready`;
      },
    };
  },
};
