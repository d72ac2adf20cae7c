import type { Ms } from '../../clock/clock.ts';
import type { Container } from '../../generated/types.ts';
import type { PodContainer } from './containers.ts';
import type { ContainerMemory, SeenPod } from './podMemory.ts';
import { shouldRestart } from './restartPolicy.ts';

/** What the rules of a pod's life ask of one of its containers. */
export const memoryIn = (
  { memory }: Pick<SeenPod, 'memory'>,
  { name }: PodContainer,
): ContainerMemory | undefined => memory.containers.get(name);

export const isRunning = (container: ContainerMemory | undefined): boolean =>
  container?.current?.state === 'running';

/** Started for good: it runs, its hook has ended and its startup probe has passed. */
export function isStarted({ spec }: PodContainer, container: ContainerMemory | undefined): boolean {
  if (!isRunning(container) || !container!.isHooked) return false;
  return !(spec as Container).startupProbe || container!.startup === true;
}

/** Ready to serve: started, and its readiness probe says so. */
export function isReady(pod: SeenPod, placed: PodContainer): boolean {
  const container = memoryIn(pod, placed);
  if (placed.role === 'init') return container?.current?.exitCode === 0;
  if (!isStarted(placed, container)) return false;
  if ((container!.current!.readyAt ?? 0) > pod.elapsed) return false;
  return !(placed.spec as Container).readinessProbe || container!.readiness === true;
}

/** Ended, and not to be started again. */
export function isOver(pod: SeenPod, placed: PodContainer): boolean {
  const container = memoryIn(pod, placed);
  const current = container?.current;
  if (container?.isToRestart) return false;
  return current?.state === 'exited' && !shouldRestart(pod.pod, placed, current.exitCode ?? 0);
}

/** When the container becomes ready by the clock alone, if it will. */
export const readyTime = (pod: SeenPod, placed: PodContainer): Ms | undefined => {
  const readyAt = memoryIn(pod, placed)?.current?.readyAt;
  return readyAt !== undefined && readyAt > pod.elapsed ? readyAt : undefined;
};
