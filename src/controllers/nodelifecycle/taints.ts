import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Node, Taint } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
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
import type { Emptying } from './zones.ts';

/** Conditions that keep new pods away while they hold. */
const PRESSURE_TAINTS: readonly { condition: string; status: string; key: string }[] = [
  { condition: 'MemoryPressure', status: 'True', key: MEMORY_PRESSURE },
  { condition: 'DiskPressure', status: 'True', key: DISK_PRESSURE },
  { condition: 'PIDPressure', status: 'True', key: PID_PRESSURE },
  { condition: 'NetworkUnavailable', status: 'True', key: NETWORK_UNAVAILABLE },
];

export const readyStatus = (node: Node): string | undefined => conditionOf(node, 'Ready')?.status;

/** A node that has just registered and has said nothing yet takes no pods, but loses none either. */
export const mustEmpty = (ready: string | undefined): boolean => ready !== undefined && ready !== 'True';

/** Whether the taints of a lost node let its pods go. */
export const isEmptied = (taints: readonly Taint[] = []): boolean => taints.some(isEmptying);

const isEmptying = ({ key, effect }: Taint): boolean =>
  effect === 'NoExecute' && (key === NOT_READY || key === UNREACHABLE);

const isTurn = (emptying: Emptying, now: EpochMs) => emptying.kind === 'inTurn' && emptying.from <= now;

/**
 * The taints that the node's conditions call for, beside those that others set; undefined when it has just these. A lost node is emptied
 * only as far as its zone allows.
 */
export function wantedTaints(
  node: Node,
  ready: string | undefined,
  emptying: Emptying,
  now: EpochMs,
): Taint[] | undefined {
  const current = node.spec.taints ?? [];
  const wanted: Taint[] = [];
  const add = (key: string, effect: string) => {
    const before = current.find((taint) => taint.key === key && taint.effect === effect);
    wanted.push(before ?? { key, effect, ...(effect === 'NoExecute' && { timeAdded: timestamp(now) }) });
  };
  const readyKey = ready === 'True' ? undefined : ready === 'Unknown' ? UNREACHABLE : NOT_READY;
  if (readyKey) add(readyKey, 'NoSchedule');
  if (
    readyKey &&
    mustEmpty(ready) &&
    (isEmptied(current) ? emptying.kind !== 'stopped' : isTurn(emptying, now))
  )
    add(readyKey, 'NoExecute');
  if (node.spec.unschedulable) add(UNSCHEDULABLE, 'NoSchedule');
  for (const { condition, status, key } of PRESSURE_TAINTS) {
    if (node.status?.conditions?.some((other) => other.type === condition && other.status === status))
      add(key, 'NoSchedule');
  }
  const own = current.filter(isOwn);
  const isSame = own.length === wanted.length && wanted.every((taint) => own.includes(taint));
  return isSame ? undefined : [...current.filter((taint) => !isOwn(taint)), ...wanted];
}

/** Taints of these keys with other effects are those of people. */
const isOwn = ({ key, effect }: Taint): boolean =>
  effect === 'NoSchedule' ? CONDITION_TAINTS.has(key) : isEmptying({ key, effect });
