import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod } from '../../generated/types.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { byAge } from '../framework/age.ts';
import { inStages, type Plan } from '../framework/controller.ts';

/** Ended pods beyond so many are removed, evicted ones before others, oldest first (`--terminated-pod-gc-threshold`). */
const MOST_TERMINATED = 12_500;
/** Upstream gives a vanished node 40 s to come back before its pods are removed. */
const QUARANTINE_MS = 40_000;
const PERIOD_MS = 20_000;

export interface Observed {
  readonly pods: readonly Pod[];
  /** Since when nodes have been missing that pods are bound to. */
  readonly missingSince: ReadonlyMap<string, EpochMs>;
  /** Nodes with the taint `node.kubernetes.io/out-of-service` that are not ready. */
  readonly outOfService: ReadonlySet<string>;
}

export type Action = {
  readonly kind: 'deletePod';
  readonly pod: Pod;
  readonly because: 'nodeGone' | 'unscheduled' | 'outOfService' | 'terminated';
};

const evictedFirst = (a: Pod, b: Pod): number => Number(isEvicted(b)) - Number(isEvicted(a)) || byAge(a, b);

const isEvicted = ({ status }: Pod) => status?.phase === 'Failed' && status.reason === 'Evicted';

/** Pods that nobody else will ever remove (upstream's pod garbage collector). */
export function planPodGc({ pods, missingSince, outOfService }: Observed, now: EpochMs): Plan<Action> {
  const of = (because: Action['because'], found: readonly Pod[]): Action[] =>
    found.map((pod) => ({ kind: 'deletePod', pod, because }));
  const terminated = pods.filter((pod) => isTerminal(pod) && !isBeingDeleted(pod)).toSorted(evictedFirst);
  const isLost = (since: EpochMs | undefined) => since !== undefined && since + QUARANTINE_MS <= now;
  const orphans = pods.filter(({ spec }) => isLost(missingSince.get(spec.nodeName ?? '')));
  const quarantineEnds = missingSince.values().map((since) => since + QUARANTINE_MS);
  const unscheduled = pods.filter((pod) => isBeingDeleted(pod) && !pod.spec.nodeName);
  const lost = pods.filter(
    ({ metadata, spec }) => metadata.deletionTimestamp && outOfService.has(spec.nodeName ?? ''),
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
    earliest(now + PERIOD_MS, ...quarantineEnds.filter((time) => time > now)),
  );
}
