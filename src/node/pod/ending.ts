import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { isOver, memoryIn } from './containerState.ts';
import { containersOf } from './containers.ts';
import type { SeenPod } from './podMemory.ts';

/** Upstream's least grace for a container whose pod has vanished from the API. */
const VANISHED_GRACE_SECONDS = 2;
const DEFAULT_GRACE_SECONDS = 30;

/** How long the containers of a pod that must end may take; undefined while it shall go on. */
export function endingGraceSeconds(seen: SeenPod): number | undefined {
  const { pod, memory } = seen;
  if (memory.isGone) return VANISHED_GRACE_SECONDS;
  if (isBeingDeleted(pod)) return pod.metadata.deletionGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;
  if (memory.failure?.gracePeriodSeconds !== undefined) return memory.failure.gracePeriodSeconds;
  const isEnding = memory.failure || isTerminal(pod) || isOverByItself(seen);
  return isEnding ? graceSecondsOf(pod) : undefined;
}

/** What the pod itself asks for. */
export const graceSecondsOf = ({ spec }: Pod): number =>
  spec.terminationGracePeriodSeconds ?? DEFAULT_GRACE_SECONDS;

/** All that the pod was for has ended, or can no longer begin. */
export function isOverByItself(seen: SeenPod): boolean {
  const containers = containersOf(seen.pod);
  const failedInit = containers.some(
    (placed) =>
      placed.role === 'init' && isOver(seen, placed) && memoryIn(seen, placed)?.current?.exitCode !== 0,
  );
  return failedInit || containers.every((placed) => placed.role !== 'main' || isOver(seen, placed));
}

/** When `activeDeadlineSeconds` is over. */
export const deadlineOf = ({ pod, memory }: SeenPod): EpochMs | undefined =>
  pod.spec.activeDeadlineSeconds === undefined
    ? undefined
    : memory.startTime + pod.spec.activeDeadlineSeconds * 1000;
