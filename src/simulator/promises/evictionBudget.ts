import { nameOf, uidOf } from '../../apimachinery/object.ts';
import type { Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { covers, isDeletion } from './podStates.ts';
import type { PromiseToKeep } from './promise.ts';
import { RecentVersions } from './recentVersions.ts';

/**
 * When a ready pod is evicted, so many pods of its budget stay ready as it demands. Those that were lost lately for another reason than
 * an eviction count too: whoever keeps the budget may not know of it yet.
 */
export const evictionBudget: PromiseToKeep = {
  name: 'an eviction never takes a budget below its minimum',
  watch(world) {
    const pods = new RecentVersions<Pod>(world, 'Pod');
    const evicted = new Set<string>();
    return {
      afterChange(change) {
        pods.note(change);
        const pod = change.object as Pod;
        if (change.kind !== 'Pod' || !isDeletion(change) || !isEvicted(pod)) return undefined;
        evicted.add(uidOf(pod));
        if (!isReady(change.before as Pod)) return undefined;
        const budget = world.all('PodDisruptionBudget').find((each) => covers(each, pod));
        const minimum = budget?.spec?.minAvailable;
        if (typeof minimum !== 'number') return undefined;
        const ready = pods.all().filter((each) => isReady(each) && covers(budget!, each));
        const left = new Set(ready.map(uidOf)).difference(evicted).size;
        return left < minimum
          ? `${nameOf(pod)} was evicted, and of ${minimum} pods that must stay there are ${left}`
          : undefined;
      },
    };
  },
};

const isEvicted = ({ status }: Pod): boolean =>
  (status?.conditions ?? []).some(
    ({ type, reason }) => type === 'DisruptionTarget' && reason === 'EvictionByEvictionAPI',
  );
