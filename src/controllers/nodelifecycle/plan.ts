import { isBeingDeleted } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Node, NodeCondition, Pod, Taint } from '../../generated/types.ts';
import { conditionOf, isReady } from '../../resources/conditions.ts';
import { tolerates } from '../../resources/placement/tolerations.ts';
import {
  CONDITION_TAINTS,
  DISK_PRESSURE,
  MEMORY_PRESSURE,
  NETWORK_UNAVAILABLE,
  NOT_READY,
  PID_PRESSURE,
  UNREACHABLE,
  UNSCHEDULABLE,
} from '../../resources/placement/wellKnownTaints.ts';
import { inStages, type Plan } from '../framework/controller.ts';

/** A node that has not renewed its lease for so long is not to be counted on (`--node-monitor-grace-period`). */
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
}

export type Action =
  | { readonly kind: 'setTaints'; readonly taints: readonly Taint[] }
  | { readonly kind: 'setConditions'; readonly conditions: readonly NodeCondition[] }
  | { readonly kind: 'markNotReady'; readonly pod: Pod }
  | { readonly kind: 'evict'; readonly pod: Pod };

/** Conditions that keep new pods away while they hold. */
const PRESSURE_TAINTS: readonly { condition: string; status: string; key: string }[] = [
  { condition: 'MemoryPressure', status: 'True', key: MEMORY_PRESSURE },
  { condition: 'DiskPressure', status: 'True', key: DISK_PRESSURE },
  { condition: 'PIDPressure', status: 'True', key: PID_PRESSURE },
  { condition: 'NetworkUnavailable', status: 'True', key: NETWORK_UNAVAILABLE },
];
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
  const taints = wantedTaints(node, ready, now);
  const evicting = (taints ?? node.spec.taints ?? []).filter(({ effect }) => effect === 'NoExecute');
  const times = observed.pods.map((pod) => evictionTime(pod, evicting, observed.taintedSince, now));
  const due = observed.pods.filter((_, index) => (times[index] ?? Number.POSITIVE_INFINITY) <= now);
  return inStages<Action>(
    [
      taints ? [{ kind: 'setTaints', taints }] : [],
      ready === 'True' ? [] : observed.pods.filter(saysReady).map((pod) => ({ kind: 'markNotReady', pod })),
      due.map((pod) => ({ kind: 'evict', pod })),
    ],
    earliest(isSilent ? undefined : silentAt, ...times.filter((time) => time !== undefined && time > now)),
  );
}

export const readyStatus = (node: Node): string | undefined => conditionOf(node, 'Ready')?.status;

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

/** The taints that the node's conditions call for, beside those that others set; undefined when it has just these. */
function wantedTaints(node: Node, ready: string | undefined, now: EpochMs): Taint[] | undefined {
  const current = node.spec.taints ?? [];
  const wanted: Taint[] = [];
  const add = (key: string, effect: string) => {
    const before = current.find((taint) => taint.key === key && taint.effect === effect);
    wanted.push(before ?? { key, effect, ...(effect === 'NoExecute' && { timeAdded: timestamp(now) }) });
  };
  const readyKey = ready === 'True' ? undefined : ready === 'Unknown' ? UNREACHABLE : NOT_READY;
  if (readyKey) add(readyKey, 'NoSchedule');
  // A node that has just registered and has said nothing yet takes no pods, but loses none either.
  if (readyKey && ready !== undefined) add(readyKey, 'NoExecute');
  if (node.spec.unschedulable) add(UNSCHEDULABLE, 'NoSchedule');
  for (const { condition, status, key } of PRESSURE_TAINTS) {
    if (node.status?.conditions?.some((other) => other.type === condition && other.status === status))
      add(key, 'NoSchedule');
  }
  const own = current.filter(({ key }) => CONDITION_TAINTS.has(key));
  const isSame = own.length === wanted.length && wanted.every((taint) => own.includes(taint));
  return isSame ? undefined : [...current.filter(({ key }) => !CONDITION_TAINTS.has(key)), ...wanted];
}

/** How a taint is told from others on its node. */
export const taintKey = ({ key, value = '', effect }: Taint): string => `${key}=${value}:${effect}`;

/** When a pod has to leave because of NoExecute taints; undefined when it may stay. */
function evictionTime(
  pod: Pod,
  taints: readonly Taint[],
  taintedSince: ReadonlyMap<string, EpochMs>,
  now: EpochMs,
): EpochMs | undefined {
  if (taints.length === 0 || isBeingDeleted(pod)) return undefined;
  let time: EpochMs | undefined;
  for (const taint of taints) {
    const seconds = toleratedSeconds(pod, taint);
    if (seconds === undefined) continue;
    const seen = taintedSince.get(taintKey(taint)) ?? now;
    const tainted = Math.min(Date.parse(taint.timeAdded ?? '') || seen, seen);
    const started = Date.parse(pod.status?.startTime ?? '') || 0;
    time = earliest(time, seconds === 0 ? now : Math.max(tainted, started) + seconds * 1000);
  }
  return time;
}

/** How long the pod tolerates the taint, by the first of its tolerations that does; undefined for ever, 0 not at all. */
function toleratedSeconds(pod: Pod, taint: Taint): number | undefined {
  const first = pod.spec.tolerations?.find((toleration) => tolerates(toleration, taint));
  if (!first) return 0;
  return first.tolerationSeconds === undefined ? undefined : Math.max(0, first.tolerationSeconds);
}
