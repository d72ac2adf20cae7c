import { type Clock, type EpochMs, type Ms, momentOf } from '../../clock/clock.ts';
import type { Pod, PodSpec, ResourceRequirements } from '../../generated/types.ts';
import type { ContainerStatus as RuntimeStatus, Sandbox } from '../../runtime/runtime.ts';
import type { ResizeProblem } from './allocation.ts';
import type { BackOff } from './backOff.ts';

/**
 * What a pod's worker knows beyond the API object. The plan reads it; the worker alone writes it. Only what the API shows goes by the hour,
 * the rest by what has elapsed.
 */
export interface PodMemory {
  sandbox: Sandbox | undefined;
  /** The last address, which the status keeps when the sandbox has gone. */
  address: string | undefined;
  /** Work under way: `prepare`, `launch`, `stop/<container>`, `resize/<container>`, `tidy`, `confirm`. */
  readonly operations: Set<string>;
  readonly containers: Map<string, ContainerMemory>;
  /** When to try again to prepare volumes and sandbox. */
  prepareAgainAt: Ms;
  prepareFailures: number;
  /** When to look whether what the pod's volumes show has changed; undefined when they show nothing of the API. */
  refreshVolumesAt: Ms | undefined;
  /** The pod as it was when the node set aside for it what its containers ask for; what they ask for later may not fit (KEP-1287). */
  allocated: PodSpec | undefined;
  /** The generation of the pod for which that was last decided. */
  judgedGeneration: number | undefined;
  /** A resize that the node has not taken on. */
  resizePending: PendingResize | undefined;
  /** A resize that the node has taken on, until all containers have what they were given. */
  resizing: ResizeInProgress | undefined;
  /** Why the pod as a whole failed, whatever its containers say. */
  failure: PodFailure | undefined;
  /** Whether the node never took the pod in. */
  isRejected: boolean;
  /** The object has gone from the API: only cleaning up is left. */
  isGone: boolean;
  /** The API knows that nothing of the pod runs any more. */
  isDeletionConfirmed: boolean;
  /** When this agent took the pod in. */
  startTime: EpochMs;
}

export interface PendingResize extends ResizeProblem {
  readonly generation: number;
  /** When it began to wait, and when it was last found not to fit. */
  readonly since: Ms;
  readonly judgedAt: Ms;
}

export interface ResizeInProgress {
  readonly generation: number;
  /** Why the runtime did not carry it out. */
  readonly error?: string;
  /** Not to be tried again before. */
  readonly retryAt: Ms;
}

/** Why a pod as a whole failed. */
export interface PodFailure {
  readonly reason: string;
  readonly message: string;
  /** How long its containers may take to end; what the pod itself asks for unless given. */
  readonly gracePeriodSeconds?: number;
  /** The node has ended it for its own sake: the condition `DisruptionTarget` tells Jobs so (KEP-3329). */
  readonly isDisruption?: boolean;
}

export interface ContainerMemory {
  current: RuntimeStatus | undefined;
  previous: RuntimeStatus | undefined;
  /** Why it does not run although it should. */
  waiting: Waiting | undefined;
  /** Not to be launched before. */
  retryAt: Ms;
  /** When the current life ended, once that has been seen. */
  endedAt: Ms | undefined;
  backOff: BackOff | undefined;
  imageBackOff: BackOff | undefined;
  /** Which image the current life was made from. */
  image: string | undefined;
  /** What the current life may use. */
  resources: ResourceRequirements | undefined;
  /** It is ended only to be started again, however it ends. */
  isToRestart: boolean;
  /** The `postStart` hook of the current life has ended well (or there is none). */
  isHooked: boolean;
  startup: boolean | undefined;
  readiness: boolean | undefined;
  /** A probe or hook wants the container killed. */
  condemned: Condemned | undefined;
  /** The grace period with which it is being stopped. */
  stoppingGraceSeconds: number | undefined;
}

export interface Waiting {
  readonly reason: string;
  readonly message?: string;
}

interface Condemned {
  readonly message: string;
  readonly gracePeriodSeconds: number | undefined;
}

export const newPodMemory = (now: EpochMs): PodMemory => ({
  sandbox: undefined,
  address: undefined,
  operations: new Set(),
  containers: new Map(),
  prepareAgainAt: 0,
  prepareFailures: 0,
  refreshVolumesAt: undefined,
  allocated: undefined,
  judgedGeneration: undefined,
  resizePending: undefined,
  resizing: undefined,
  failure: undefined,
  isRejected: false,
  isGone: false,
  isDeletionConfirmed: false,
  startTime: now,
});

/** The memory of a container, made on first use. */
export function memoryOf(memory: PodMemory, name: string): ContainerMemory {
  let container = memory.containers.get(name);
  if (!container) {
    container = {
      current: undefined,
      previous: undefined,
      waiting: undefined,
      retryAt: 0,
      endedAt: undefined,
      backOff: undefined,
      imageBackOff: undefined,
      image: undefined,
      resources: undefined,
      isToRestart: false,
      isHooked: false,
      startup: undefined,
      readiness: undefined,
      condemned: undefined,
      stoppingGraceSeconds: undefined,
    };
    memory.containers.set(name, container);
  }
  return container;
}

/** Notes when containers ended that have ended since the last look: the runtime tells it by the hour, which may be set back later. */
export function noteEnds({ containers }: PodMemory, clock: Clock): void {
  for (const container of containers.values()) {
    const { current } = container;
    if (current?.state === 'exited' && container.endedAt === undefined)
      container.endedAt = momentOf(clock, current.finishedAt ?? current.createdAt);
  }
}

/** What the plan and the status are made from. */
export interface SeenPod {
  readonly pod: Pod;
  readonly memory: Readonly<PodMemory>;
  /** The hour, for what is compared with dates of the API or shown there. */
  readonly now: EpochMs;
  readonly elapsed: Ms;
}
