import { isTerminal } from '../../resources/pod/podPhase.ts';
import { isRunning, memoryIn } from './containerState.ts';
import { containersOf } from './containers.ts';
import { endingGraceSeconds, isOverByItself } from './ending.ts';
import { initialized } from './plan.ts';
import type { SeenPod } from './podMemory.ts';

export type Phase = 'Pending' | 'Running' | 'Succeeded' | 'Failed';

/** `status.phase` (upstream's `getPhase`). A pod that has failed or succeeded stays so. */
export function phaseOf(seen: SeenPod): Phase {
  const { pod, memory } = seen;
  if (isTerminal(pod)) return pod.status!.phase as Phase;
  const containers = containersOf(pod);
  const anyRuns = containers.some((placed) => isRunning(memoryIn(seen, placed)));
  const isEnding = endingGraceSeconds(seen) !== undefined;
  if (isEnding && !anyRuns && !isBusy(memory)) return finalPhase(seen);
  if (memory.isRejected) return 'Failed';
  if (!initialized(seen, containers)) return 'Pending';
  const mains = containers.filter(({ role }) => role === 'main');
  const hasBegun = mains.every((placed) => {
    const current = memoryIn(seen, placed)?.current;
    return current !== undefined && (current.state !== 'created' || current.attempt > 0);
  });
  return hasBegun ? 'Running' : 'Pending';
}

/** Whether something is under way that may still run or end a container. */
const isBusy = ({ operations }: SeenPod['memory']): boolean =>
  [...operations].some((name) => name !== 'tidy' && name !== 'confirm');

/** Nothing runs any more: whether that is a success. */
function finalPhase(seen: SeenPod): Phase {
  if (seen.memory.failure) return 'Failed';
  const mains = containersOf(seen.pod).filter(({ role }) => role === 'main');
  const exitCodes = mains.map((placed) => memoryIn(seen, placed)?.current?.exitCode);
  if (!isOverByItself(seen) && exitCodes.every((code) => code === undefined)) return 'Failed';
  return exitCodes.every((code) => code === 0) ? 'Succeeded' : 'Failed';
}
