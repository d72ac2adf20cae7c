import { nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Deployment, DeploymentCondition, DeploymentStatus, ReplicaSet } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import {
  DEADLINE_EXCEEDED,
  keepingOrder,
  PROGRESSING,
  saysTheSame,
  transitionTime,
} from '../framework/statusConditions.ts';
import { updateBudget, wantedReplicas } from './budget.ts';
import { availableOf, type Observed, replicasOf, sum } from './observed.ts';

export interface Counted {
  readonly status: DeploymentStatus;
  /** When the progress deadline runs out. */
  readonly lookAgainAt: EpochMs | undefined;
}

/** The status of a deployment, conditions included. `created` names a ReplicaSet that is being made. */
export function countStatus(
  { deployment, replicaSets: { held: all }, creationFailure }: Observed,
  current: ReplicaSet | undefined,
  created: string | undefined,
  now: EpochMs,
): Counted {
  const replicas = sum(all, ({ status }) => status?.replicas ?? 0);
  const available = sum(all, availableOf);
  const ready = sum(all, ({ status }) => status?.readyReplicas ?? 0);
  const terminating = sum(all, ({ status }) => status?.terminatingReplicas ?? 0);
  const updated = current?.status?.replicas ?? 0;
  const unavailable = Math.max(0, sum(all, replicasOf) - available);
  const { collisionCount } = deployment.status ?? {};
  const counts: DeploymentStatus = {
    observedGeneration: deployment.metadata.generation ?? 0,
    ...(replicas > 0 && { replicas }),
    ...(updated > 0 && { updatedReplicas: updated }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(unavailable > 0 && { unavailableReplicas: unavailable }),
    terminatingReplicas: terminating,
    ...(collisionCount !== undefined && { collisionCount }),
  };
  const progress = progressCondition(deployment, counts, { current, created, creationFailure }, now);
  const failure = replicaFailure(all, current);
  const conditions = [availability(deployment, available, now), progress, failure].filter(
    (condition) => condition !== undefined,
  );
  return {
    status: { ...counts, conditions: keepingOrder(deployment.status?.conditions ?? [], conditions, isOwn) },
    lookAgainAt: deadlineOf(deployment, progress),
  };
}

/** That pods cannot be made, of the current ReplicaSet or else of any. */
function replicaFailure(
  all: readonly ReplicaSet[],
  current: ReplicaSet | undefined,
): DeploymentCondition | undefined {
  const [found] = [current, ...all].flatMap(
    (replicaSet) =>
      replicaSet?.status?.conditions?.filter(
        ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
      ) ?? [],
  );
  return found && { ...found, lastUpdateTime: found.lastTransitionTime! };
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

interface Rollout {
  readonly current: ReplicaSet | undefined;
  readonly created: string | undefined;
  readonly creationFailure: string | undefined;
}

/** How the rollout goes; nothing is said of it without a deadline (`progressDeadlineSeconds`). */
function progressCondition(
  deployment: Deployment,
  counts: DeploymentStatus,
  { current, created, creationFailure }: Rollout,
  now: EpochMs,
): DeploymentCondition | undefined {
  if (!hasDeadline(deployment)) return undefined;
  const before = conditionOf(deployment, PROGRESSING);
  const set = (status: string, reason: string, message: string) =>
    condition(deployment, PROGRESSING, status, reason, message, now);
  if (deployment.spec.paused)
    return before?.reason === 'DeploymentPaused' || before?.reason === DEADLINE_EXCEEDED
      ? before
      : set('Unknown', 'DeploymentPaused', 'Deployment is paused');
  if (creationFailure && !current) return set('False', 'ReplicaSetCreateError', creationFailure);
  if (created) return set('True', 'NewReplicaSetCreated', `Created new replica set "${created}"`);
  if (before?.reason === 'DeploymentPaused')
    return set('Unknown', 'DeploymentResumed', 'Deployment is resumed');
  // One that recreates has no new ReplicaSet before the last old pod is gone.
  const subject = current ? `ReplicaSet "${nameOf(current)}"` : `Deployment "${nameOf(deployment)}"`;
  // A rollout that is over stays so: a pod that comes back later is no progress, and runs into no deadline.
  const isOver = before?.reason === 'NewReplicaSetAvailable' && counts.replicas === counts.updatedReplicas;
  if (isOver && (!current || before.message?.startsWith(subject))) return before;
  if (isComplete(deployment, counts))
    return set('True', 'NewReplicaSetAvailable', `${subject} has successfully progressed.`);
  if (!before)
    return current && set('True', 'FoundNewReplicaSet', `Found new replica set "${nameOf(current)}"`);
  if (hasMoved(deployment, counts)) {
    return {
      ...set('True', 'ReplicaSetUpdated', `${subject} is progressing.`),
      lastUpdateTime: timestamp(now),
    };
  }
  const deadline = deadlineOf(deployment, before);
  if (deadline === undefined || deadline > now) return before;
  return set('False', DEADLINE_EXCEEDED, `${subject} has timed out progressing.`);
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
  const isOver = !progress || ['NewReplicaSetAvailable', DEADLINE_EXCEEDED].includes(progress.reason ?? '');
  if (isOver || spec.paused) return undefined;
  return Date.parse(progress.lastUpdateTime ?? '') + (spec.progressDeadlineSeconds ?? 0) * 1000;
}

/** The largest 32 bit number means no deadline. */
const hasDeadline = ({ spec: { progressDeadlineSeconds } }: Deployment) =>
  progressDeadlineSeconds !== undefined && progressDeadlineSeconds < 2 ** 31 - 1;

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
  const said = { type, status, reason, message };
  if (before && saysTheSame(before, said)) return before;
  const lastTransitionTime = transitionTime(before, status, now);
  return { ...said, lastUpdateTime: timestamp(now), lastTransitionTime };
}

const OWN_CONDITIONS: ReadonlySet<string> = new Set(['Available', PROGRESSING, 'ReplicaFailure']);
const isOwn = ({ type }: DeploymentCondition) => OWN_CONDITIONS.has(type);
