import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { trueCondition } from '../../resources/conditions.ts';

/** When a pod that is ready now counts as available: `minReadySeconds` after it became so. Undefined while it is not ready. */
export function availableAt(pod: Pod, minReadySeconds: number): EpochMs | undefined {
  const ready = trueCondition(pod, 'Ready');
  if (!ready) return undefined;
  if (minReadySeconds === 0) return 0;
  return ready.lastTransitionTime ? Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 : undefined;
}

/** Ready for at least `minReadySeconds` (`podutil.IsPodAvailable`). */
export function isAvailable(pod: Pod, minReadySeconds: number, now: EpochMs): boolean {
  const time = availableAt(pod, minReadySeconds);
  return time !== undefined && time <= now;
}

/** Ready since an hour that is still to come: the hour was set back since, or the node's clock is ahead. */
export function isReadySinceLater(pod: Pod, now: EpochMs): boolean {
  const since = trueCondition(pod, 'Ready')?.lastTransitionTime;
  return since !== undefined && Date.parse(since) > now;
}
