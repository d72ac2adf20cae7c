import type { EpochMs } from '../../clock/clock.ts';
import type { ContainerStatus, Pod } from '../../generated/types.ts';
import { isReady, trueCondition } from '../../resources/conditions.ts';
import { sidecarStatuses } from '../../resources/pod/containers.ts';
import { byAge } from '../framework/age.ts';
import { leastStarted } from '../pods/deletionOrder.ts';

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const INT32 = /^(0|-?[1-9]\d{0,9})$/;

/**
 * Which of too many pods goes first (`ActivePodsWithRanks`): what is least far along, then the cheaper, then one whose node has more
 * `related` pods, then one that became ready later, was restarted more often or
 * was made later. Of pods that have been ready for about as long, chance (the uid)
 * decides: failure domains would else be emptied in the order in which they were filled (KEP-2185).
 */
export function deletionOrder(related: readonly Pod[], now: EpochMs): (a: Pod, b: Pod) => number {
  const crowds = Map.groupBy(related, (pod) => pod.spec.nodeName ?? '');
  const crowd = (pod: Pod) => crowds.get(pod.spec.nodeName ?? '')?.length ?? 0;
  return (a, b) =>
    leastStarted(a, b) ||
    deletionCost(a) - deletionCost(b) ||
    crowd(b) - crowd(a) ||
    youngestReadyFirst(a, b, now) ||
    restarts(b) - restarts(a) ||
    sidecarRestarts(b) - sidecarRestarts(a) ||
    youngestFirst(a, b, now);
}

/** The cheaper goes first (KEP-2255). What is no number of 32 bits counts as 0. */
function deletionCost({ metadata }: Pod): number {
  const text = metadata.annotations?.[DELETION_COST] ?? '';
  const cost = INT32.test(text) ? Number(text) : 0;
  return cost === (cost | 0) ? cost : 0;
}

function youngestReadyFirst(a: Pod, b: Pod, now: EpochMs): number {
  if (!isReady(a) || !isReady(b)) return 0;
  return byMagnitude(a, b, readyTime(a), readyTime(b), now);
}

const youngestFirst = (a: Pod, b: Pod, now: EpochMs): number => {
  const [first, second] = [a, b].map(({ metadata }) => Date.parse(metadata.creationTimestamp ?? ''));
  return byMagnitude(a, b, first!, second!, now) || byAge(b, a);
};

/** Ages that differ by less than half count as the same. */
function byMagnitude(a: Pod, b: Pod, first: EpochMs, second: EpochMs, now: EpochMs): number {
  if (first === second || Number.isNaN(first) || Number.isNaN(second)) return 0;
  const byUid = (a.metadata.uid ?? '') < (b.metadata.uid ?? '') ? -1 : 1;
  return magnitude(now - first) - magnitude(now - second) || byUid;
}

const NANOSECONDS = 1e6;
const magnitude = (ageMs: number): number => (ageMs > 0 ? Math.floor(Math.log2(ageMs * NANOSECONDS)) : -1);

const readyTime = (pod: Pod): EpochMs => Date.parse(trueCondition(pod, 'Ready')?.lastTransitionTime ?? '');

const restarts = ({ status }: Pod): number => mostRestarts(status?.containerStatuses);

const sidecarRestarts = (pod: Pod): number => mostRestarts(sidecarStatuses(pod));

const mostRestarts = (statuses: readonly ContainerStatus[] = []): number =>
  Math.max(0, ...statuses.map(({ restartCount }) => restartCount ?? 0));
