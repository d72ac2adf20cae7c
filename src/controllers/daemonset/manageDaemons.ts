import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { isFailed, isSucceeded } from '../../resources/pod/podPhase.ts';
import { isAvailable } from '../pods/availability.ts';
import { bySeniority } from '../pods/seniority.ts';
import type { Action, Because } from './actions.ts';
import type { NodeState, Observed } from './observed.ts';
import { targetNode } from './placement.ts';
import { allowsSurge, isUpToDate, type Target } from './strategy.ts';

/** Pods to make and to delete so that each node has the daemon that it should have (upstream's `manage`). */
export interface Managed {
  readonly actions: readonly Action[];
  /** When a failed daemon may be replaced. */
  readonly lookAgainAt: EpochMs | undefined;
}

export function manageDaemons(
  observed: Observed,
  nodes: readonly NodeState[],
  target: Target,
  now: EpochMs,
): Managed {
  const perNode = nodes.map((node) => manageNode(observed, node, target, now));
  const actions = perNode.flatMap((managed) => managed.actions);
  return {
    // Creations last: what is in their way, a quota that is used up, may be what is to be deleted.
    actions: [
      ...actions.filter(({ kind }) => kind !== 'createPod'),
      ...podsOfVanishedNodes(observed),
      ...actions.filter(({ kind }) => kind === 'createPod'),
    ],
    lookAgainAt: earliest(...perNode.map(({ lookAgainAt }) => lookAgainAt)),
  };
}

const NOTHING: Managed = { actions: [], lookAgainAt: undefined };

function manageNode(observed: Observed, node: NodeState, target: Target, now: EpochMs): Managed {
  const present = node.pods.filter((pod) => !isBeingDeleted(pod));
  if (!node.mayStay) return { actions: deletions(present, 'unwanted'), lookAgainAt: undefined };
  if (node.pods.length === 0) {
    return node.shouldRun ? { actions: [creation(node, target)], lookAgainAt: undefined } : NOTHING;
  }
  const ended = present.filter((pod) => isFailed(pod) || isSucceeded(pod));
  const running = ended.length === 0 ? present : present.filter((pod) => !ended.includes(pod));
  const retryAt = observed.failedOn.get(node.name)?.retryAt ?? 0;
  const mustWait = ended.some(isFailed) && retryAt > now;
  const replaced = mustWait ? ended.filter(isSucceeded) : ended;
  // With surge the next one comes beside one that is on its way out. (Upstream beside one that waits out its back-off, too: without end.)
  const isMissing = running.length === 0 && node.shouldRun && !mustWait && allowsSurge(observed.daemonSet);
  return {
    actions: [
      ...(isMissing ? [creation(node, target)] : []),
      ...replaced.flatMap((pod) => deletions([pod], isFailed(pod) ? 'failed' : 'succeeded')),
      ...deletions(surplus(observed, running, target, now), 'surplus'),
    ],
    lookAgainAt: mustWait ? retryAt : undefined,
  };
}

const creation = (node: NodeState, target: Target): Action => ({
  kind: 'createPod',
  node: node.name,
  revisionHash: target.hash,
});

const deletions = (pods: readonly Pod[], because: Because): Action[] =>
  pods.map((pod) => ({ kind: 'deletePod', pod, because }));

/**
 * Without surge the oldest stays. With surge an old available pod and a new one that is not available yet may share the node; any other
 * pod is too many.
 */
function surplus(
  { daemonSet }: Observed,
  running: readonly Pod[],
  target: Target,
  now: EpochMs,
): readonly Pod[] {
  if (running.length <= 1) return [];
  const oldestFirst = running.toSorted(bySeniority);
  if (!allowsSurge(daemonSet)) return oldestFirst.slice(1);
  const newest = oldestFirst.find((pod) => isUpToDate(pod, target));
  const old = bestOf(oldestFirst.filter((pod) => !isUpToDate(pod, target)));
  if (!newest || !old) return oldestFirst.filter((pod) => pod !== (newest ?? old));
  const minReadySeconds = daemonSet.spec.minReadySeconds ?? 0;
  const oldMayStay = isReady(old) && !isAvailable(newest, minReadySeconds, now);
  return oldestFirst.filter((pod) => pod !== newest && !(pod === old && oldMayStay));
}

/**
 * Of several outdated ones the one that serves, a surge that came to nothing being beside it. That is the oldest, which upstream takes,
 * unless the hour was set back between the two: then the ages tell the wrong one.
 */
const bestOf = (oldestFirst: readonly Pod[]): Pod | undefined => oldestFirst.find(isReady) ?? oldestFirst[0];

/** Pods that wait for a node which is gone: nobody will ever bind them, and no garbage collector looks at them. */
function podsOfVanishedNodes({ nodes, pods }: Observed): Action[] {
  const names = new Set(nodes.map((node) => node.metadata.name));
  const lost = pods.held.filter(
    (pod) =>
      !pod.spec.nodeName &&
      !isBeingDeleted(pod) &&
      targetNode(pod) !== undefined &&
      !names.has(targetNode(pod)),
  );
  return deletions(lost, 'nodeGone');
}
