import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { byAge, isTerminal } from '../pods/podState.ts';

/** Ended pods beyond so many are removed, oldest first (`--terminated-pod-gc-threshold`). */
const MOST_TERMINATED = 12_500;
/** Upstream gives a vanished node 40 s to come back before its pods are removed. */
const QUARANTINE_MS = 40_000;
const PERIOD_MS = 20_000;

export interface Observed {
  readonly pods: readonly Pod[];
  readonly hasNode: (name: string) => boolean;
  /** Since when nodes have been missing that pods are bound to. */
  readonly missingSince: ReadonlyMap<string, EpochMs>;
  readonly isOutOfService: (node: string) => boolean;
}

export type Action = {
  readonly kind: 'deletePod';
  readonly pod: Pod;
  readonly because: 'nodeGone' | 'unscheduled' | 'outOfService' | 'terminated';
};

/** Pods that nobody else will ever remove (upstream's pod garbage collector). */
export function planPodGc(
  { pods, hasNode, missingSince, isOutOfService }: Observed,
  now: EpochMs,
): Plan<Action> {
  const of = (because: Action['because'], found: readonly Pod[]): Action[] =>
    found.map((pod) => ({ kind: 'deletePod', pod, because }));
  const terminated = pods.filter((pod) => isTerminal(pod) && !isBeingDeleted(pod)).toSorted(byAge);
  const orphans = pods.filter(({ spec: { nodeName } }) => {
    const since = nodeName && !hasNode(nodeName) ? missingSince.get(nodeName) : undefined;
    return since !== undefined && since + QUARANTINE_MS <= now;
  });
  const unscheduled = pods.filter((pod) => isBeingDeleted(pod) && !pod.spec.nodeName);
  const lost = pods.filter(
    ({ metadata, spec }) => metadata.deletionTimestamp && spec.nodeName && isOutOfService(spec.nodeName),
  );
  return inStages(
    [
      [
        ...of('nodeGone', orphans),
        ...of('unscheduled', unscheduled),
        ...of('outOfService', lost),
        ...of('terminated', terminated.slice(0, Math.max(0, terminated.length - MOST_TERMINATED))),
      ],
    ],
    now + PERIOD_MS,
  );
}
