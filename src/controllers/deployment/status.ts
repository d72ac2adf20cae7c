import { nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../generated/types.ts';
import { updateBudget, wantedReplicas } from './budget.ts';
import { availableOf, sum } from './observed.ts';

export interface Counted {
  readonly status: DeploymentStatus;
  /** When the progress deadline runs out. */
  readonly lookAgainAt: EpochMs | undefined;
}

/** The status of a deployment, conditions included. `created` names a ReplicaSet that is about to be made. */
export function countStatus(
  deployment: Deployment,
  current: ReplicaSet | undefined,
  all: readonly ReplicaSet[],
  created: string | undefined,
  now: EpochMs,
): Counted {
  const replicas = sum(all, ({ status }) => status?.replicas ?? 0);
  const available = sum(all, availableOf);
  const ready = sum(all, ({ status }) => status?.readyReplicas ?? 0);
  const terminating = sum(all, ({ status }) => status?.terminatingReplicas ?? 0);
  const updated = current?.status?.replicas ?? 0;
  const unavailable = Math.max(0, replicas - available);
  const { collisionCount } = deployment.status ?? {};
  const counts: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...(replicas > 0 && { replicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    ...(terminating > 0 && { terminatingReplicas: terminating }),
    ...(collisionCount !== undefined && { collisionCount }),
  };
  const progress = progressCondition(deployment, counts, current, created, now);
  const conditions = [availability(deployment, available, now), ...(progress ? [progress] : [])];
  return {
    status: { ...counts, conditions: keepingOrder(deployment.status?.conditions ?? [], conditions) },
    lookAgainAt: deadlineOf(deployment, progress),
  };
}

function availability(deployment: Deployment, available: number, now: EpochMs): DeploymentCondition {
  const isEnough = available >= wantedReplicas(deployment) - updateBudget(deployment).maxUnavailable;
  return isEnough
    ? condition(
        deployment,
        'Available',
        'True',
        'MinimumReplicasAvailable',
        'Deployment has minimum availability.',
        now,
      )
    : condition(
        deployment,
        'Available',
        'False',
        'MinimumReplicasUnavailable',
        'Deployment does not have minimum availability.',
        now,
      );
}

function progressCondition(
  deployment: Deployment,
  counts: DeploymentStatus,
  current: ReplicaSet | undefined,
  created: string | undefined,
  now: EpochMs,
): DeploymentCondition | undefined {
  const before = conditionOf(deployment, 'Progressing');
  const set = (status: string, reason: string, message: string) =>
    condition(deployment, 'Progressing', status, reason, message, now);
  if (deployment.spec.paused)
    return before?.reason === 'DeploymentPaused'
      ? before
      : set('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (created) return set('True', 'NewReplicaSetCreated', `Created new replica set "${created}"`);
  if (before?.reason === 'DeploymentPaused')
    return set('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  if (!current) return before;
  const name = nameOf(current);
  if (isComplete(deployment, counts))
    return set('True', 'NewReplicaSetAvailable', `ReplicaSet "${name}" has successfully progressed.`);
  if (!before) return set('True', 'FoundNewReplicaSet', `Found new replica set "${name}"`);
  if (hasMoved(deployment, counts)) {
    return {
      ...set('True', 'ReplicaSetUpdated', `ReplicaSet "${name}" is progressing.`),
      lastUpdateTime: timestamp(now),
    };
  }
  const deadline = deadlineOf(deployment, before);
  if (deadline === undefined || deadline > now) return before;
  return set('False', 'ProgressDeadlineExceeded', `ReplicaSet "${name}" has timed out progressing.`);
}

export const isComplete = (deployment: Deployment, counts: DeploymentStatus): boolean => {
  const wanted = wantedReplicas(deployment);
  return (
    (counts.updatedReplicas ?? 0) === wanted &&
    (counts.replicas ?? 0) === wanted &&
    (counts.availableReplicas ?? 0) === wanted
  );
};

/** More new pods, fewer old ones, or more of either ready or available, than the last status told. */
function hasMoved({ status = {} }: Deployment, counts: DeploymentStatus): boolean {
  const oldOf = (some: DeploymentStatus) => (some.replicas ?? 0) - (some.updatedReplicas ?? 0);
  return (
    (counts.updatedReplicas ?? 0) > (status.updatedReplicas ?? 0) ||
    oldOf(counts) < oldOf(status) ||
    (counts.readyReplicas ?? 0) > (status.readyReplicas ?? 0) ||
    (counts.availableReplicas ?? 0) > (status.availableReplicas ?? 0)
  );
}

function deadlineOf({ spec }: Deployment, progress: DeploymentCondition | undefined): EpochMs | undefined {
  const { progressDeadlineSeconds } = spec;
  const isOver =
    !progress || ['NewReplicaSetAvailable', 'ProgressDeadlineExceeded'].includes(progress.reason ?? '');
  if (
    isOver ||
    spec.paused ||
    progressDeadlineSeconds === undefined ||
    progressDeadlineSeconds >= 2 ** 31 - 1
  )
    return undefined;
  return Date.parse(progress.lastUpdateTime ?? '') + progressDeadlineSeconds * 1000;
}

const conditionOf = ({ status }: Deployment, type: string) =>
  status?.conditions?.find((condition) => condition.type === type);

/** The condition with its times: the old one itself when it says the same. */
function condition(
  deployment: Deployment,
  type: string,
  status: string,
  reason: string,
  message: string,
  now: EpochMs,
): DeploymentCondition {
  const before = conditionOf(deployment, type);
  if (before?.status === status && before.reason === reason && before.message === message) return before;
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime! : timestamp(now);
  return { type, status, reason, message, lastUpdateTime: timestamp(now), lastTransitionTime };
}

/** Conditions stay where they were, so that a status does not change by order alone. */
const keepingOrder = (before: readonly DeploymentCondition[], after: readonly DeploymentCondition[]) => [
  ...before.map((old) => after.find(({ type }) => type === old.type) ?? old),
  ...after.filter(({ type }) => !before.some((old) => old.type === type)),
];
