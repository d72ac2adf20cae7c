import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod, StatefulSet, StatefulSetStatus } from '../../generated/types.ts';
import { availableAt } from '../pods/availability.ts';
import type { History } from './history.ts';
import { revisionOfPod } from './identity.ts';
import { isRunningAndAvailable, isRunningAndReady, type Observed } from './observed.ts';

export interface Counted {
  readonly status: StatefulSetStatus;
  /** When the next pod becomes available. */
  readonly lookAgainAt: EpochMs | undefined;
}

export function countStatus({ statefulSet, pods }: Observed, history: History, now: EpochMs): Counted {
  const { current, update } = history;
  const count = (holds: (pod: Pod) => boolean) => pods.held.filter(holds).length;
  const isOf = (name: string) => (pod: Pod) => !isBeingDeleted(pod) && revisionOfPod(pod) === name;
  const counts = {
    replicas: pods.held.length,
    readyReplicas: count(isRunningAndReady),
    availableReplicas: count((pod) => isRunningAndAvailable(pod, statefulSet, now)),
    currentReplicas: count(isOf(current.name)),
    updatedReplicas: count(isOf(update.name)),
  };
  const isOver = isUpdated(statefulSet, counts);
  const currentReplicas = isOver ? counts.updatedReplicas : counts.currentReplicas;
  const minReadySeconds = statefulSet.spec!.minReadySeconds ?? 0;
  const times = pods.held.map((pod) => availableAt(pod, minReadySeconds));
  return {
    status: {
      observedGeneration: statefulSet.metadata.generation ?? 0,
      replicas: counts.replicas,
      ...(counts.readyReplicas > 0 && { readyReplicas: counts.readyReplicas }),
      ...(currentReplicas > 0 && { currentReplicas }),
      ...(counts.updatedReplicas > 0 && { updatedReplicas: counts.updatedReplicas }),
      currentRevision: isOver ? update.name : current.name,
      updateRevision: update.name,
      collisionCount: statefulSet.status?.collisionCount ?? 0,
      availableReplicas: counts.availableReplicas,
      // Of somebody else: this controller has none.
      ...(statefulSet.status?.conditions && { conditions: statefulSet.status.conditions }),
    },
    lookAgainAt: earliest(...times.filter((time) => time !== undefined && time > now)),
  };
}

interface Counts {
  readonly replicas: number;
  readonly readyReplicas: number;
  readonly updatedReplicas: number;
}

/** With all pods of the new revision and ready, a rolling update is over, and its revision the current one. */
const isUpdated = ({ spec }: StatefulSet, { replicas, readyReplicas, updatedReplicas }: Counts): boolean =>
  spec!.updateStrategy?.type === 'RollingUpdate' &&
  [replicas, readyReplicas, updatedReplicas].every((count) => count === spec!.replicas);
