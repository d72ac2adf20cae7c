import { scaledValue } from '../../apimachinery/intOrString.ts';
import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod, StatefulSet } from '../../generated/types.ts';
import { revisionOfPod } from './identity.ts';
import { isUnavailable, type Replica } from './observed.ts';

/** The pods that a rolling update replaces next, from the highest ordinal down to the partition. */
export function nextToReplace(
  statefulSet: StatefulSet,
  replicas: readonly Replica[],
  update: string,
  now: EpochMs,
): readonly Pod[] {
  const { updateStrategy } = statefulSet.spec!;
  if (updateStrategy?.type === 'OnDelete') return [];
  const { partition = 0, maxUnavailable } = updateStrategy?.rollingUpdate ?? {};
  // The partition counts from the first replica, whatever its ordinal.
  const targets = replicas.slice(partition).toReversed();
  if (maxUnavailable === undefined) return oneByOne(statefulSet, targets, update, now);
  const limit = scaledValue(maxUnavailable, replicas.length, false) || 1;
  return withinBudget(statefulSet, replicas, targets, update, limit, now);
}

const isOutdated = (pod: Pod, update: string) => revisionOfPod(pod) !== update && !isBeingDeleted(pod);

/** One at a time, and none before the ones above are available again. One that is broken is replaced when its turn comes. */
function oneByOne(
  statefulSet: StatefulSet,
  targets: readonly Replica[],
  update: string,
  now: EpochMs,
): readonly Pod[] {
  for (const { pod } of targets) {
    if (pod && isOutdated(pod, update)) return [pod];
    if (isUnavailable(pod, statefulSet, now)) return [];
  }
  return [];
}

/**
 * KEP-961, with the correction of kubernetes/kubernetes#137666: old pods that are broken do not keep the update from replacing them.
 * Of the available ones so many go that no more than the limit are missing.
 */
function withinBudget(
  statefulSet: StatefulSet,
  replicas: readonly Replica[],
  targets: readonly Replica[],
  update: string,
  limit: number,
  now: EpochMs,
): readonly Pod[] {
  const isMissing = (pod: Pod | undefined) => isUnavailable(pod, statefulSet, now);
  const missing = replicas.filter(({ pod }) => isMissing(pod)).length;
  const outdated = targets.flatMap(({ pod }) => (pod && isOutdated(pod, update) ? [pod] : []));
  const available = outdated.filter((pod) => !isMissing(pod));
  return [...outdated.filter(isMissing), ...available.slice(0, Math.max(0, limit - missing))];
}
