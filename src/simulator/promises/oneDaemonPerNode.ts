import { isLive, newPodOf, nodeOf } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';

const revisionOf = (labels: Record<string, string> = {}) => labels['controller-revision-hash'];

/**
 * When a DaemonSet makes a pod of one revision of its template for a node, none of its pods of that revision lives there: none that has
 * not ended and is not on its way out. (Pods that come back under its selector are not made by it, and it may take a moment to put
 * one of them away.)
 */
export const oneDaemonPerNode: PromiseToKeep = {
  name: 'a DaemonSet never makes a second pod of one template on a node',
  watch: (world) => ({
    afterChange(change) {
      const made = newPodOf('DaemonSet', change);
      if (!made) return undefined;
      const { pod, ownerUid } = made;
      const twin = world
        .podsOf(ownerUid)
        .find(
          (other) =>
            other.metadata.uid !== pod.metadata.uid &&
            isLive(other) &&
            nodeOf(other) === nodeOf(pod) &&
            revisionOf(other.metadata.labels) === revisionOf(pod.metadata.labels),
        );
      return (
        twin && `pod ${pod.metadata.name} was made for ${nodeOf(pod)}, where ${twin.metadata.name} lives`
      );
    },
  }),
};
