import { delay } from '../../clock/clock.ts';
import type { Container, Pod } from '../../generated/types.ts';
import type { ContainerStatus, Sandbox } from '../../runtime/runtime.ts';
import { runHook } from '../lifecycleHooks.ts';
import type { NodeContext } from '../nodeContext.ts';
import type { PodContainer } from './containers.ts';
import { PodEvents } from './podEvents.ts';

/** Upstream leaves a container so much even when its `preStop` hook has used up the grace period. */
const LEAST_GRACE_SECONDS = 2;

export interface StopRequest {
  readonly pod: Pod;
  readonly placed: PodContainer;
  readonly life: ContainerStatus;
  readonly sandbox: Sandbox | undefined;
  readonly gracePeriodSeconds: number;
  readonly because: string | undefined;
  /** The stop is already under way, and only its grace period is shorter now. */
  readonly isHurried: boolean;
}

/** `preStop` within the grace period, the stop signal for what is left of it, then SIGKILL. Resolves when the container has ended. */
export async function stopContainer(request: StopRequest, context: NodeContext): Promise<void> {
  const { pod, placed, life, gracePeriodSeconds, because, isHurried } = request;
  const { clock, runtime, recorder } = context;
  if (!isHurried) {
    new PodEvents(recorder).normal(pod, placed, 'Killing', because ?? `Stopping container ${placed.name}`);
  }
  const startedAt = clock.elapsed();
  const hook = (placed.spec as Container).lifecycle?.preStop;
  if (hook && gracePeriodSeconds > 0 && life.state === 'running' && !isHurried)
    await runPreStop(request, context);
  const usedSeconds = Math.floor((clock.elapsed() - startedAt) / 1000);
  const left =
    usedSeconds > 0 ? Math.max(gracePeriodSeconds - usedSeconds, LEAST_GRACE_SECONDS) : gracePeriodSeconds;
  await runtime.stopContainer(life.id, left);
}

async function runPreStop(
  { pod, placed, life, sandbox, gracePeriodSeconds }: StopRequest,
  context: NodeContext,
): Promise<void> {
  const { clock, runtime, recorder } = context;
  const container = placed.spec as Container;
  const target = {
    runtime,
    clock,
    containerId: life.id,
    container,
    address: sandbox?.ip ?? '',
    reachableAt: sandbox?.reachableAt ?? '',
  };
  const timeUp = new AbortController();
  const cancel = runtime.subscribe((event) => {
    if (event.containerId === life.id && event.kind === 'exited') timeUp.abort();
  });
  const hooked = runHook(container.lifecycle!.preStop!, target).then(({ success }) => {
    if (!success) new PodEvents(recorder).warning(pod, placed, 'FailedPreStopHook', 'PreStopHook failed');
    timeUp.abort();
  });
  await Promise.race([hooked, delay(clock, gracePeriodSeconds * 1000, timeUp.signal)]);
  timeUp.abort();
  cancel();
}
