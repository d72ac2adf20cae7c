import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Pod, StatefulSet, StatefulSetStatus } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { isAvailable } from '../pods/availability.ts';
import { specOf } from './identity.ts';
import { type Members, revisionNameOf } from './managePods.ts';

/** The counts of the status; when a rollout is through, its revision becomes the current one (`completeRollingUpdate`). */
export function statusOf(members: Members): StatefulSetStatus {
  const { statefulSet, current, update, replicas, condemned, now } = members;
  const pods = [...replicas, ...condemned].filter((pod) => pod !== undefined);
  const count = (holds: (pod: Pod) => boolean) => pods.filter(holds).length;
  const live = (pod: Pod) => !isBeingDeleted(pod);
  const ready = count(isReady);
  const updated = count((pod) => live(pod) && revisionNameOf(pod) === update.name);
  const isThrough = isRolling(statefulSet) && updated === pods.length && ready === pods.length;
  const currentName = isThrough ? update.name : current.name;
  const currentCount = count((pod) => live(pod) && revisionNameOf(pod) === currentName);
  const minReadySeconds = specOf(statefulSet).minReadySeconds ?? 0;
  const { collisionCount = 0, conditions } = statefulSet.status ?? {};
  return {
    observedGeneration: statefulSet.metadata.generation ?? 0,
    replicas: pods.length,
    ...(ready > 0 && { readyReplicas: ready }),
    ...(currentCount > 0 && { currentReplicas: currentCount }),
    ...(updated > 0 && { updatedReplicas: updated }),
    currentRevision: currentName,
    updateRevision: update.name,
    collisionCount,
    ...(conditions && { conditions }),
    availableReplicas: count((pod) => isReady(pod) && isAvailable(pod, minReadySeconds, now)),
  };
}

const isRolling = (statefulSet: StatefulSet): boolean =>
  specOf(statefulSet).updateStrategy?.type !== 'OnDelete';
