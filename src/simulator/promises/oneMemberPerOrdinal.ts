import { uidOf } from '../../apimachinery/object.ts';
import { ordinalOf } from './members.ts';
import { newPodOf } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';

/**
 * When a StatefulSet makes the pod of an ordinal, no other pod of that ordinal is there: none that lives, and none on its way out, which
 * may still be at work.
 */
export const oneMemberPerOrdinal: PromiseToKeep = {
  name: 'a StatefulSet never has two pods of one ordinal',
  watch: (world) => ({
    afterChange(change) {
      const made = newPodOf('StatefulSet', change);
      if (!made) return undefined;
      const { pod, ownerUid } = made;
      const twin = world
        .podsOf(ownerUid)
        .find((other) => uidOf(other) !== uidOf(pod) && ordinalOf(other) === ordinalOf(pod));
      return twin && `pod ${pod.metadata.name} was made while ${twin.metadata.name} is there`;
    },
  }),
};
