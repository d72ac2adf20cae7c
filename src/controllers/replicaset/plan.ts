import { deepEqual, isBeingDeleted } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod, ReplicaSet, ReplicaSetCondition, ReplicaSetStatus } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { createdAt } from '../framework/age.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Claim } from '../framework/ownership.ts';
import { availableAt, isAvailable } from '../pods/availability.ts';
import { deletionOrder } from './deletionOrder.ts';

/** Pods made or removed in one look (upstream's BurstReplicas). */
const MOST_PER_LOOK = 500;
const QUICK_LOSS_MS = 1_000;

export interface Observed {
  readonly replicaSet: ReplicaSet;
  readonly pods: Claim<Pod>;
  /** Pods of others that crowd their nodes as these do. */
  readonly related: readonly Pod[];
  /** What the last attempt to make or to remove pods failed with; undefined when it went well, or is not known after a restart. */
  readonly failure: string | undefined;
  /** Whether the status tells of `terminatingReplicas`. */
  readonly countsTerminating: boolean;
}

export type Action =
  | { readonly kind: 'createPod' }
  | { readonly kind: 'deletePod' | 'adoptPod' | 'releasePod'; readonly pod: Pod }
  | { readonly kind: 'updateStatus'; readonly status: ReplicaSetStatus };

/** Keeps `spec.replicas` pods. */
export function planReplicaSet(observed: Observed, now: EpochMs): Plan<Action> {
  const { replicaSet, pods } = observed;
  const active = pods.held.filter(isActive);
  const minReadySeconds = replicaSet.spec.minReadySeconds ?? 0;
  const times = active
    .map((pod) => availableAt(pod, minReadySeconds))
    .filter((time) => time !== undefined && time > now);
  const status = statusOf(observed, active, now);
  const due = quickLosses(pods.held, now);
  return inStages<Action>(
    [
      [
        // What has ended counts for nothing, and stays whose it was.
        ...pods.adopt.filter(isActive).map((pod): Action => ({ kind: 'adoptPod', pod })),
        ...pods.release.filter(isActive).map((pod): Action => ({ kind: 'releasePod', pod })),
      ],
      deepEqual(replicaSet.status ?? {}, status) ? [] : [{ kind: 'updateStatus', status }],
      isBeingDeleted(replicaSet) ? [] : adjustments(observed, active, due.length, now),
    ],
    earliest(...times, ...due),
  );
}

const isActive = (pod: Pod) => !isTerminal(pod) && !isBeingDeleted(pod);

const wantedReplicas = ({ spec }: ReplicaSet) => spec.replicas ?? 1;

/**
 * When what was lost as soon as it was made is made anew: what a node turns away, or a taint drives from it, would else be made without
 * end as fast as that goes, and on a virtual clock all at one moment. (Upstream is slowed down by how much it may ask for a second.)
 */
const quickLosses = (pods: readonly Pod[], now: EpochMs): EpochMs[] =>
  pods
    .filter((pod) => !isActive(pod) && createdAt(pod) <= now)
    .map((pod) => createdAt(pod) + QUICK_LOSS_MS)
    .filter((time) => time > now);

function adjustments(observed: Observed, active: readonly Pod[], keptBack: number, now: EpochMs): Action[] {
  const { replicaSet } = observed;
  const related = observed.related.filter(isActive);
  const surplus = active.length - wantedReplicas(replicaSet);
  if (surplus < 0) {
    const length = Math.min(Math.max(0, -surplus - keptBack), MOST_PER_LOOK);
    return Array.from({ length }, () => ({ kind: 'createPod' }));
  }
  if (surplus === 0) return [];
  const order = deletionOrder([...active, ...related], now);
  return active
    .toSorted(order)
    .slice(0, Math.min(surplus, MOST_PER_LOOK))
    .map((pod) => ({ kind: 'deletePod', pod }));
}

function statusOf(
  { replicaSet, pods, failure, countsTerminating }: Observed,
  active: readonly Pod[],
  now: EpochMs,
): ReplicaSetStatus {
  const templateLabels = Object.entries(replicaSet.spec.template?.metadata?.labels ?? {});
  const count = (holds: (pod: Pod) => boolean) => active.filter(holds).length;
  const ready = count(isReady);
  const available = count((pod) => isAvailable(pod, replicaSet.spec.minReadySeconds ?? 0, now));
  const labeled = count((pod) =>
    templateLabels.every(([key, value]) => pod.metadata.labels?.[key] === value),
  );
  const terminating = pods.held.filter((pod) => isBeingDeleted(pod) && !isTerminal(pod)).length;
  return {
    replicas: active.length,
    ...(labeled > 0 && { fullyLabeledReplicas: labeled }),
    ...(ready > 0 && { readyReplicas: ready }),
    ...(available > 0 && { availableReplicas: available }),
    ...(countsTerminating && { terminatingReplicas: terminating }),
    observedGeneration: replicaSet.metadata.generation ?? 0,
    ...withConditions(conditionsOf(replicaSet, active.length, failure, now)),
  };
}

const withConditions = (conditions: ReplicaSetCondition[]) => (conditions.length > 0 ? { conditions } : {});

/** `ReplicaFailure` while pods that are missing cannot be made, or surplus ones not be removed. */
function conditionsOf(
  replicaSet: ReplicaSet,
  activeCount: number,
  failure: string | undefined,
  now: EpochMs,
): ReplicaSetCondition[] {
  const before = replicaSet.status?.conditions ?? [];
  const existing = before.find(({ type }) => type === 'ReplicaFailure');
  const missing = wantedReplicas(replicaSet) - activeCount;
  if (missing === 0) return before.filter((condition) => condition !== existing);
  // What stands there is the first failure; upstream leaves it so until one attempt goes well.
  if (existing || failure === undefined) return [...before];
  const reason = missing > 0 ? 'FailedCreate' : 'FailedDelete';
  const lastTransitionTime = timestamp(now);
  return [
    ...before,
    { type: 'ReplicaFailure', status: 'True', reason, message: failure, lastTransitionTime },
  ];
}
