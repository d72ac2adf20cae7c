import { isBeingDeleted } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Node, NodeCondition, Pod, Taint } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { evictionTime } from './evictionTime.ts';
import { staleLabels } from './labels.ts';
import { isEmptied, mustEmpty, readyStatus, wantedTaints } from './taints.ts';
import type { Emptying } from './zones.ts';

/**
 * A node that has not renewed its lease for so long is not to be counted on (`--node-monitor-grace-period`): upstream's default until 1.31,
 * the length of a lease. Since then it is 50 s there; here a lost node is told of at once when its lease has run out.
 */
export const GRACE_PERIOD_MS = 40_000;
/** A node that has just joined may take longer (`--node-startup-grace-period`). */
const STARTUP_GRACE_PERIOD_MS = 60_000;

export interface Observed {
  readonly node: Node;
  readonly pods: readonly Pod[];
  /** When something was last heard of the node, on the controller's own clock: clocks of nodes may be wrong. */
  readonly lastHeard: EpochMs;
  /** Since when the node has been seen with its taints, by `taintKey`: clients set them without a time, and the hour may have been set since. */
  readonly taintedSince: ReadonlyMap<string, EpochMs>;
  /** Whether pods may have to leave the node because it is lost. */
  readonly emptying: Emptying;
  /** By uid, when pods are to leave later. */
  readonly leaving: ReadonlyMap<string, EpochMs>;
}

export type Action =
  | { readonly kind: 'setLabels'; readonly labels: Readonly<Record<string, string>> }
  | { readonly kind: 'setTaints'; readonly taints: readonly Taint[] }
  | { readonly kind: 'setConditions'; readonly conditions: readonly NodeCondition[] }
  | { readonly kind: 'markNotReady'; readonly pod: Pod }
  /** Nothing is written: that the pod has to leave later is kept in mind, or no more. */
  | { readonly kind: 'planEviction'; readonly pod: Pod; readonly at: EpochMs }
  | { readonly kind: 'cancelEviction' | 'evict'; readonly pod: Pod };

/** Tells of nodes that fell silent, taints them, and evicts the pods that do not tolerate it. */
export function planNode(observed: Observed, now: EpochMs): Plan<Action> {
  const { node } = observed;
  const silentAt =
    observed.lastHeard + (readyStatus(node) === undefined ? STARTUP_GRACE_PERIOD_MS : GRACE_PERIOD_MS);
  const isSilent = silentAt <= now;
  const conditions = isSilent ? unknownConditions(node, now) : undefined;
  // The conditions are written first; the look that sees them goes on.
  if (conditions) return inStages<Action>([[{ kind: 'setConditions', conditions }]]);
  const ready = isSilent ? 'Unknown' : readyStatus(node);
  const taints = wantedTaints(node, ready, observed.emptying, now);
  const after = taints ?? node.spec.taints ?? [];
  const evictions = planEvictions(observed, after, now);
  const labels = staleLabels(node);
  return inStages<Action>(
    [
      taints ? [{ kind: 'setTaints', taints }] : [],
      ready === 'True' ? [] : observed.pods.filter(saysReady).map((pod) => ({ kind: 'markNotReady', pod })),
      evictions.actions,
      Object.keys(labels).length > 0 ? [{ kind: 'setLabels', labels }] : [],
    ],
    earliest(
      isSilent ? undefined : silentAt,
      mustEmpty(ready) && !isEmptied(after) ? turnOf(observed.emptying) : undefined,
      evictions.lookAgainAt,
    ),
  );
}

const turnOf = (emptying: Emptying): EpochMs | undefined =>
  emptying.kind === 'inTurn' ? emptying.from : undefined;

function planEvictions({ pods, taintedSince, leaving }: Observed, taints: readonly Taint[], now: EpochMs) {
  const evicting = taints.filter(({ effect }) => effect === 'NoExecute');
  const actions: Action[] = [];
  const later: EpochMs[] = [];
  for (const pod of pods) {
    const planned = leaving.get(pod.metadata.uid ?? '');
    const time = evictionTime(pod, evicting, taintedSince, planned, now);
    if (time === undefined) {
      if (planned !== undefined && !isBeingDeleted(pod)) actions.push({ kind: 'cancelEviction', pod });
    } else if (time <= now) actions.push({ kind: 'evict', pod });
    else {
      later.push(time);
      if (planned === undefined) actions.push({ kind: 'planEviction', pod, at: time });
    }
  }
  return { actions, lookAgainAt: earliest(...later) };
}

const saysReady = (pod: Pod) => !isBeingDeleted(pod) && isReady(pod);

/** Every condition of a silent node is Unknown; undefined when they say so already. */
function unknownConditions(node: Node, now: EpochMs): NodeCondition[] | undefined {
  const known = node.status?.conditions ?? [];
  const types = new Set(['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure']);
  if (
    [...types].every((type) =>
      known.some((condition) => condition.type === type && condition.status === 'Unknown'),
    )
  ) {
    return undefined;
  }
  const time = timestamp(now);
  return [...types].map((type) => {
    const before = known.find((condition) => condition.type === type);
    if (before?.status === 'Unknown') return before;
    return {
      type,
      status: 'Unknown',
      reason: before ? 'NodeStatusUnknown' : 'NodeStatusNeverUpdated',
      message: before ? 'Kubelet stopped posting node status.' : 'Kubelet never posted node status.',
      lastHeartbeatTime: before?.lastHeartbeatTime ?? node.metadata.creationTimestamp ?? time,
      lastTransitionTime: time,
    };
  });
}
