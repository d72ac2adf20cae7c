import { timestamp } from '../../clock/clock.ts';
import type { Container, ContainerState, ContainerStatus, VolumeMountStatus } from '../../generated/types.ts';
import type { ContainerStatus as RuntimeStatus } from '../../runtime/runtime.ts';
import { allocatedResources } from './allocation.ts';
import { isOver, isReady, isRunning, isStarted, memoryIn } from './containerState.ts';
import { containersOf, type PodContainer } from './containers.ts';
import type { SeenPod } from './podMemory.ts';

/** `status.containerStatuses[]` of one container, filled as upstream fills it. */
export function containerStatus(seen: SeenPod, placed: PodContainer, runtimeName: string): ContainerStatus {
  const container = memoryIn(seen, placed);
  const current = container?.current;
  const mounts = volumeMounts(placed);
  const created = current && current.state !== 'created' ? current : container?.previous;
  return {
    name: placed.name,
    state: stateOf(seen, placed, runtimeName),
    lastState: lastStateOf(seen, placed, runtimeName),
    // Nobody is told of a debugger's readiness, as upstream.
    ready: placed.role !== 'ephemeral' && isReady(seen, placed),
    restartCount: current?.attempt ?? 0,
    image: current?.image || placed.spec.image || '',
    imageID: current?.imageRef ?? '',
    ...(created && { containerID: containerUrl(created, runtimeName) }),
    ...(placed.role !== 'ephemeral' && { started: isStarted(placed, container) }),
    ...(created && placed.role !== 'ephemeral' && resourcesOf(seen, placed)),
    ...(mounts.length > 0 && { volumeMounts: mounts }),
  };
}

/** What is set aside for the container, and what it has (KEP-1287). */
function resourcesOf(seen: SeenPod, placed: PodContainer): Partial<ContainerStatus> {
  const allocated = allocatedResources(seen.memory, placed) ?? {};
  const container = memoryIn(seen, placed);
  return {
    ...(allocated.requests && { allocatedResources: allocated.requests }),
    resources: (isRunning(container) ? container?.resources : undefined) ?? allocated,
  };
}

const containerUrl = ({ id }: RuntimeStatus, runtimeName: string) => `${runtimeName}://${id}`;

function stateOf(seen: SeenPod, placed: PodContainer, runtimeName: string): ContainerState {
  const container = memoryIn(seen, placed);
  const current = container?.current;
  if (current?.state === 'running' && container?.waiting?.reason !== 'PostStartHookError') {
    return { running: { startedAt: timestamp(current.startedAt ?? current.createdAt) } };
  }
  const isAtItsEnd = current?.state === 'exited' && isOver(seen, placed);
  if (container?.waiting && !isAtItsEnd) return { waiting: container.waiting };
  if (current?.state === 'exited') return terminated(current, runtimeName);
  const hasInit = containersOf(seen.pod).some(({ role }) => role === 'init' || role === 'sidecar');
  return { waiting: { reason: hasInit ? 'PodInitializing' : 'ContainerCreating' } };
}

/** How it ended before: the life before the one that `state` tells of. */
function lastStateOf(seen: SeenPod, placed: PodContainer, runtimeName: string): ContainerState {
  const container = memoryIn(seen, placed);
  const current = container?.current;
  const isWaiting = container?.waiting !== undefined && !isOver(seen, placed);
  const last = current?.state === 'exited' && isWaiting ? current : container?.previous;
  return last?.state === 'exited' ? terminated(last, runtimeName) : {};
}

function terminated(life: RuntimeStatus, runtimeName: string): ContainerState {
  return {
    terminated: {
      exitCode: life.exitCode ?? 0,
      ...(life.signal !== undefined && { signal: life.signal }),
      ...(life.reason && { reason: life.reason }),
      ...(life.message && { message: life.message }),
      startedAt: timestamp(life.startedAt ?? 0),
      finishedAt: timestamp(life.finishedAt ?? 0),
      containerID: containerUrl(life, runtimeName),
    },
  };
}

const volumeMounts = ({ spec }: PodContainer): VolumeMountStatus[] =>
  ((spec as Container).volumeMounts ?? []).map(({ name, mountPath, readOnly }) => ({
    name,
    mountPath,
    ...(readOnly && { readOnly, recursiveReadOnly: 'Disabled' }),
  }));
