import type { Container, Pod } from '../../generated/types.ts';
import { type ContainerConfig, ContainerConfigRefused, type Sandbox } from '../../runtime/runtime.ts';
import { ContainerConfigError } from '../environment/environment.ts';
import { runHook } from '../lifecycleHooks.ts';
import type { NodeContext } from '../nodeContext.ts';
import { nextBackOff } from './backOff.ts';
import { containerConfig } from './containerConfig.ts';
import type { PodContainer } from './containers.ts';
import { ensureImage } from './imagePulling.ts';
import { PodEvents } from './podEvents.ts';
import type { ContainerMemory, Waiting } from './podMemory.ts';
import { withTerminationMessage } from './terminationMessage.ts';

const CONFIG_RETRY_MS = 10_000;

export interface LaunchRequest {
  readonly pod: Pod;
  readonly placed: PodContainer;
  readonly attempt: number;
  readonly sandbox: Sandbox;
  readonly memory: ContainerMemory;
  /** Whether it is still wanted: the pod may have to end while an image is on its way. */
  isWanted(): boolean;
  /** Called when the container is there, with what the runtime cannot give it. */
  onStarted(config: ContainerConfig): void;
}

/** Image, environment, create, start, `postStart`: brings one container to life, or notes in its memory why not. */
export async function launchContainer(request: LaunchRequest, context: NodeContext): Promise<void> {
  const { pod, placed, memory } = request;
  const answer = await ensureImage(pod, placed, memory, context);
  if ('waiting' in answer) return hold(request, context, answer.waiting, answer.retryInMs);
  const config = await configOrWait(request, context);
  if (!config || !request.isWanted()) return;
  if (!(await createAndStart(request, config, context))) return;
  request.onStarted(config);
  await runPostStart(request, context);
}

function hold({ memory }: LaunchRequest, { clock }: NodeContext, waiting: Waiting, retryInMs: number): void {
  memory.waiting = waiting;
  memory.retryAt = clock.elapsed() + retryInMs;
}

async function configOrWait(
  request: LaunchRequest,
  context: NodeContext,
): Promise<ContainerConfig | undefined> {
  const { pod, placed, attempt, sandbox } = request;
  try {
    return await containerConfig(pod, placed, attempt, sandbox, context);
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) throw error;
    const { message } = error;
    new PodEvents(context.recorder).warning(pod, placed, 'Failed', `Error: ${message}`);
    hold(request, context, { reason: 'CreateContainerConfigError', message }, CONFIG_RETRY_MS);
    return undefined;
  }
}

async function createAndStart(
  request: LaunchRequest,
  config: ContainerConfig,
  context: NodeContext,
): Promise<boolean> {
  const { pod, placed, memory } = request;
  const { runtime, recorder } = context;
  const events = new PodEvents(recorder);
  const id = await createOrWait(request, config, context);
  if (id === undefined) return false;
  events.normal(pod, placed, 'Created', 'Container created');
  await beginLife(request, id, context);
  try {
    await runtime.startContainer(id);
  } catch (error) {
    const { message } = error as Error;
    events.warning(pod, placed, 'Failed', `Error: ${message}`);
    memory.current = await runtime.containerStatus(id);
    memory.waiting = { reason: 'RunContainerError', message };
    return false;
  }
  events.normal(pod, placed, 'Started', 'Container started');
  const life = await runtime.containerStatus(id);
  const told = life?.state === 'exited' ? await withTerminationMessage(life, placed, runtime) : life;
  // Its end may have been told meanwhile.
  if (memory.current?.state !== 'exited') memory.current = told;
  return true;
}

/** What the runtime does not make now is tried again later. */
async function createOrWait(
  request: LaunchRequest,
  config: ContainerConfig,
  context: NodeContext,
): Promise<string | undefined> {
  const { pod, placed, sandbox } = request;
  try {
    return await context.runtime.createContainer(sandbox.id, config);
  } catch (error) {
    const { message } = error as Error;
    const reason =
      error instanceof ContainerConfigRefused ? 'CreateContainerConfigError' : 'CreateContainerError';
    new PodEvents(context.recorder).warning(pod, placed, 'Failed', `Error: ${message}`);
    hold(request, context, { reason, message }, CONFIG_RETRY_MS);
    return undefined;
  }
}

/**
 * The last life becomes the one before; of older ones nothing is kept, nor their logs. That it ended counts as a failure from now on, not
 * while the image was on its way: whoever looked then would hold this very start back.
 */
async function beginLife(
  { memory, placed }: LaunchRequest,
  id: string,
  { runtime, clock }: NodeContext,
): Promise<void> {
  const forgotten = memory.previous;
  const life = await runtime.containerStatus(id);
  const now = clock.elapsed();
  if (memory.current?.state === 'exited')
    memory.backOff = nextBackOff(memory.backOff, memory.endedAt ?? now, now);
  if (memory.current) memory.previous = memory.current;
  memory.current = life;
  memory.endedAt = undefined;
  memory.image = placed.spec.image;
  memory.resources = (placed.spec as Container).resources;
  memory.isToRestart = false;
  memory.waiting = undefined;
  memory.condemned = undefined;
  memory.startup = undefined;
  memory.readiness = undefined;
  memory.isHooked = postStartOf(placed) === undefined;
  memory.stoppingGraceSeconds = undefined;
  if (forgotten && memory.previous !== forgotten) await runtime.removeContainer(forgotten.id);
}

async function runPostStart(
  { pod, placed, sandbox, memory }: LaunchRequest,
  context: NodeContext,
): Promise<void> {
  const { runtime, clock, recorder } = context;
  const container = placed.spec as Container;
  const hook = postStartOf(placed);
  const containerId = memory.current?.id;
  if (!hook || containerId === undefined) return;
  const { reachableAt, ip: address } = sandbox;
  const { success, message } = await runHook(hook, {
    runtime,
    clock,
    containerId,
    container,
    address,
    reachableAt,
  });
  memory.isHooked = success;
  if (success) return;
  memory.waiting = { reason: 'PostStartHookError', message: `PostStartHook failed: ${message}` };
  memory.condemned = { message: 'FailedPostStartHook', gracePeriodSeconds: undefined };
  new PodEvents(recorder).warning(pod, placed, 'FailedPostStartHook', 'PostStartHook failed');
}

const postStartOf = ({ spec }: PodContainer) => (spec as Container).lifecycle?.postStart;
