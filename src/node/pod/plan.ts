import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Ms } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import type { ResourceRequirements } from '../../generated/types.ts';
import { retryTime } from './backOff.ts';
import { isOver, isRunning, isStarted, memoryIn, readyTime } from './containerState.ts';
import { containersOf, type PodContainer } from './containers.ts';
import { deadlineOf, endingGraceSeconds, graceSecondsOf } from './ending.ts';
import { planAllocation, planResize } from './planResize.ts';
import type { ContainerMemory, SeenPod } from './podMemory.ts';

export type PodAction =
  /** Make volumes and a sandbox. */
  | { readonly kind: 'prepare' }
  /** Bring what volumes show of the API up to date. */
  | { readonly kind: 'refreshVolumes' }
  | { readonly kind: 'launch'; readonly container: PodContainer; readonly attempt: number }
  /** Keep a container waiting for its next try. */
  | {
      readonly kind: 'holdBack';
      readonly container: PodContainer;
      readonly until: Ms;
      readonly delayMs: number;
    }
  /** Show that a container waits to pull its image again. */
  | { readonly kind: 'showImageBackOff'; readonly container: PodContainer }
  | {
      readonly kind: 'stop';
      readonly container: PodContainer;
      readonly gracePeriodSeconds: number;
      /** What the event says when it is not the pod's end. */
      readonly because: string | undefined;
      /** It is started again, however it ends. */
      readonly restarts?: true;
    }
  /** Decide whether the node has what the pod asks for by now. */
  | { readonly kind: 'allocate' }
  /** Give a running container what was set aside for it. */
  | { readonly kind: 'resize'; readonly container: PodContainer; readonly resources: ResourceRequirements }
  /** All containers have what was set aside for them. */
  | { readonly kind: 'completeResize' }
  | { readonly kind: 'fail'; readonly reason: string; readonly message: string }
  /** Nothing runs any more: give back the sandbox. */
  | { readonly kind: 'tidy' }
  /** Tell the API that the pod has ended, so that it can be removed. */
  | { readonly kind: 'confirmDeletion' };

export interface PodPlan {
  readonly actions: readonly PodAction[];
  /** When to look again if nothing happens before, by what has elapsed: as soon as that may be, whatever the hour is set back to. */
  readonly lookAgainAt: Ms | undefined;
}

const NOTHING: PodPlan = { actions: [], lookAgainAt: undefined };
/** Upstream's next look at a pod whose image could not be pulled comes about then. */
const IMAGE_ERROR_SHOWN_MS = 2000;

/** What to do next for a pod. Pure: the same knowledge always gives the same plan. */
export function planPod(seen: SeenPod): PodPlan {
  const grace = endingGraceSeconds(seen);
  if (grace !== undefined) return planEnding(seen, grace);
  const deadline = deadlineOf(seen);
  if (deadline !== undefined && deadline <= seen.now) return only(DEADLINE_EXCEEDED);
  const plan = seen.memory.sandbox?.state === 'ready' ? planContainers(seen) : planPreparation(seen);
  const deadlineIn = deadline === undefined ? undefined : seen.elapsed + deadline - seen.now;
  const allocation = planAllocation(seen);
  return {
    actions: [...allocation.actions, ...plan.actions],
    lookAgainAt: earliest(plan.lookAgainAt, deadlineIn, allocation.lookAgainAt),
  };
}

const DEADLINE_EXCEEDED: PodAction = {
  kind: 'fail',
  reason: 'DeadlineExceeded',
  message: 'Pod was active on the node longer than the specified deadline',
};

const only = (...actions: PodAction[]): PodPlan => ({ actions, lookAgainAt: undefined });

function planPreparation({ memory, elapsed }: SeenPod): PodPlan {
  if (memory.operations.has('prepare')) return NOTHING;
  return memory.prepareAgainAt > elapsed
    ? { actions: [], lookAgainAt: memory.prepareAgainAt }
    : only({ kind: 'prepare' });
}

/** First what runs is stopped (sidecars last, in reverse order), then the sandbox, then the API is told. */
function planEnding(seen: SeenPod, gracePeriodSeconds: number): PodPlan {
  const { pod, memory } = seen;
  const running = containersOf(pod).filter(
    (placed) => isRunning(memoryIn(seen, placed)) || isPending(seen, placed),
  );
  const first = running.filter(({ role }) => role !== 'sidecar');
  const stoppable = first.length > 0 ? first : running.slice(-1);
  if (stoppable.length > 0) {
    return only(
      ...stoppable.flatMap((placed) => stopUnlessStopping(seen, placed, gracePeriodSeconds, undefined)),
    );
  }
  if (memory.operations.size > 0) return NOTHING;
  if (memory.sandbox?.state === 'ready' || memory.isGone) return only({ kind: 'tidy' });
  const isConfirmed = memory.isDeletionConfirmed || pod.metadata.deletionGracePeriodSeconds === 0;
  return isBeingDeleted(pod) && !isConfirmed ? only({ kind: 'confirmDeletion' }) : NOTHING;
}

/** Created, and perhaps about to start. */
const isPending = (seen: SeenPod, placed: PodContainer) =>
  memoryIn(seen, placed)?.current?.state === 'created' && !seen.memory.operations.has('launch');

function stopUnlessStopping(
  seen: SeenPod,
  container: PodContainer,
  gracePeriodSeconds: number,
  because: string | undefined,
): PodAction[] {
  const stopping = memoryIn(seen, container)?.stoppingGraceSeconds;
  if (stopping !== undefined && stopping <= gracePeriodSeconds) return [];
  return [{ kind: 'stop', container, gracePeriodSeconds, because }];
}

function planContainers(seen: SeenPod): PodPlan {
  const containers = containersOf(seen.pod);
  const startable = initialized(seen, containers) ? containers : upToFirstUnfinished(seen, containers);
  const steps = startable.map((placed) => planContainer(seen, placed));
  // One after the other, as upstream starts them.
  const firstLaunch = steps.flatMap(({ actions }) => actions).find(({ kind }) => kind === 'launch');
  const others = steps.flatMap(({ actions }) => actions).filter(({ kind }) => kind !== 'launch');
  const launch = firstLaunch && !seen.memory.operations.has('launch') ? [firstLaunch] : [];
  const refresh = planRefresh(seen);
  return {
    actions: [...others, ...launch, ...refresh.actions],
    lookAgainAt: earliest(refresh.lookAgainAt, ...steps.map((step) => step.lookAgainAt)),
  };
}

function planRefresh({ memory, elapsed }: SeenPod): PodPlan {
  const { refreshVolumesAt: time, operations } = memory;
  if (time === undefined || operations.has('refresh')) return NOTHING;
  return time <= elapsed ? only({ kind: 'refreshVolumes' }) : { actions: [], lookAgainAt: time };
}

/** Once a main container has been made in this sandbox, init containers are behind us. */
export const initialized = (seen: SeenPod, containers: readonly PodContainer[]): boolean =>
  containers.some(({ role, name }) => role === 'main' && isOfThisSandbox(seen, name)) ||
  containers.every((placed) => isFinishedInit(seen, placed));

const isOfThisSandbox = ({ memory }: SeenPod, name: string): boolean => {
  const current = memory.containers.get(name)?.current;
  return current !== undefined && current.sandboxId === memory.sandbox?.id;
};

/** Whether what comes after this container may start. */
function isFinishedInit(seen: SeenPod, placed: PodContainer): boolean {
  const container = memoryIn(seen, placed);
  if (placed.role === 'init') return isOfThisSandbox(seen, placed.name) && container?.current?.exitCode === 0;
  return placed.role !== 'sidecar' || isStarted(placed, container);
}

function upToFirstUnfinished(seen: SeenPod, containers: readonly PodContainer[]): readonly PodContainer[] {
  const unfinished = containers.findIndex((placed) => !isFinishedInit(seen, placed));
  const startable = unfinished < 0 ? containers : containers.slice(0, unfinished + 1);
  return [...startable, ...containers.filter(({ role }) => role === 'ephemeral')];
}

function planContainer(seen: SeenPod, placed: PodContainer): PodPlan {
  const container = memoryIn(seen, placed);
  const current = container?.current;
  if (!current || current.sandboxId !== seen.memory.sandbox?.id) return planLaunch(seen, placed);
  if (current.state === 'running') return planRunning(seen, placed);
  if (current.state === 'created' || isOver(seen, placed)) return NOTHING;
  if (placed.role === 'init' && current.exitCode === 0) return NOTHING;
  return planRestart(seen, placed);
}

function planRunning(seen: SeenPod, placed: PodContainer): PodPlan {
  const container = memoryIn(seen, placed)!;
  const grace = graceSecondsOf(seen.pod);
  const { condemned } = container;
  if (condemned) {
    return only(
      ...stopUnlessStopping(seen, placed, condemned.gracePeriodSeconds ?? grace, condemned.message),
    );
  }
  if (container.image !== undefined && container.image !== placed.spec.image) {
    return only(
      ...stopUnlessStopping(
        seen,
        placed,
        grace,
        `Container ${placed.name} definition changed, will be restarted`,
      ),
    );
  }
  return planResize(seen, placed) ?? { actions: [], lookAgainAt: readyTime(seen, placed) };
}

function planLaunch(seen: SeenPod, container: PodContainer): PodPlan {
  const memory = memoryIn(seen, container);
  if (memory && memory.retryAt > seen.elapsed) return planWait(seen, container, memory);
  const last = memory?.current;
  return only({ kind: 'launch', container, attempt: last ? last.attempt + 1 : 0 });
}

/** The pull's error is shown for a moment, then that it is waited for the next try. */
function planWait(
  { elapsed }: SeenPod,
  container: PodContainer,
  { waiting, imageBackOff, retryAt }: ContainerMemory,
): PodPlan {
  if (waiting?.reason !== 'ErrImagePull' || !imageBackOff) return { actions: [], lookAgainAt: retryAt };
  const shownUntil = imageBackOff.at + IMAGE_ERROR_SHOWN_MS;
  if (shownUntil > elapsed) return { actions: [], lookAgainAt: shownUntil };
  return { actions: [{ kind: 'showImageBackOff', container }], lookAgainAt: retryAt };
}

function planRestart(seen: SeenPod, container: PodContainer): PodPlan {
  const memory = memoryIn(seen, container)!;
  const until = retryTime(memory.backOff, memory.endedAt ?? seen.elapsed);
  if (until <= seen.elapsed) return planLaunch(seen, container);
  if (memory.waiting?.reason === 'CrashLoopBackOff') return { actions: [], lookAgainAt: until };
  const delayMs = memory.backOff!.delayMs;
  return { actions: [{ kind: 'holdBack', container, until, delayMs }], lookAgainAt: until };
}
