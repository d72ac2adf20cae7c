import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { Pod, Taint } from '../../generated/types.ts';
import { tolerates } from '../../resources/placement/tolerations.ts';

/** How a taint is told from others on its node. */
export const taintKey = ({ key, value = '', effect }: Taint): string => `${key}=${value}:${effect}`;

/**
 * When a pod has to leave because of NoExecute taints; undefined when it may stay. A time that is `planned` stands as long as it has to
 * leave at all: neither another taint nor more seconds that it tolerates put that off.
 */
export function evictionTime(
  pod: Pod,
  taints: readonly Taint[],
  taintedSince: ReadonlyMap<string, EpochMs>,
  planned: EpochMs | undefined,
  now: EpochMs,
): EpochMs | undefined {
  if (taints.length === 0 || isBeingDeleted(pod)) return undefined;
  let time: EpochMs | undefined;
  for (const taint of taints) {
    const seconds = toleratedSeconds(pod, taint);
    if (seconds === 0) return now;
    if (seconds === undefined) continue;
    const seen = taintedSince.get(taintKey(taint)) ?? now;
    const tainted = Math.min(Date.parse(taint.timeAdded ?? '') || seen, seen);
    const started = Date.parse(pod.status?.startTime ?? '') || 0;
    time = earliest(time, Math.max(tainted, started) + seconds * 1000);
  }
  return time === undefined ? undefined : (planned ?? time);
}

/** How long the pod tolerates the taint, by the first of its tolerations that does; undefined for ever, 0 not at all. */
function toleratedSeconds(pod: Pod, taint: Taint): number | undefined {
  const first = pod.spec.tolerations?.find((toleration) => tolerates(toleration, taint));
  if (!first) return 0;
  return first.tolerationSeconds === undefined ? undefined : Math.max(0, first.tolerationSeconds);
}
