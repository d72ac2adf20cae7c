import { uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Container, ContainerState, ContainerStatus, Pod } from '../../generated/types.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import type { ContainerStatus as Life, RestoredContainer, Sandbox } from '../../runtime/runtime.ts';
import { ContainerConfigError } from '../environment/environment.ts';
import type { NodeContext } from '../nodeContext.ts';
import { containerConfig, sandboxConfig } from './containerConfig.ts';
import { containersOf, type PodContainer } from './containers.ts';
import { memoryOf, newPodMemory, type PodMemory } from './podMemory.ts';
import { nextRefresh } from './preparePod.ts';
import { recoverAllocation } from './recoverAllocation.ts';

/** What the runtime still has of an earlier life of the agent, by the uid of the pod. */
export interface RuntimeInventory {
  readonly sandboxes: ReadonlyMap<string, readonly Sandbox[]>;
  readonly containers: ReadonlyMap<string, readonly Life[]>;
}

export async function takeInventory({ runtime }: Pick<NodeContext, 'runtime'>): Promise<RuntimeInventory> {
  const [sandboxes, containers] = await Promise.all([runtime.listPodSandboxes(), runtime.listContainers()]);
  return {
    sandboxes: Map.groupBy(sandboxes, ({ config }) => config.uid),
    containers: Map.groupBy(containers, ({ podUid }) => podUid),
  };
}

/** The memory of a pod that this agent sees for the first time: from the runtime, and what that has lost from the pod's status. */
export async function recoverPod(
  pod: Pod,
  inventory: RuntimeInventory,
  context: NodeContext,
): Promise<PodMemory> {
  const memory = newPodMemory(timeOf(pod.status?.startTime) ?? context.clock.now());
  if (!pod.status?.startTime) return memory;
  memory.isRejected = isTerminal(pod) && !pod.status.containerStatuses;
  memory.address = pod.status.podIP;
  const uid = uidOf(pod);
  if (memory.address && !pod.spec.hostNetwork) context.addresses.reserve(uid, memory.address);
  memory.sandbox = inventory.sandboxes.get(uid)?.toSorted((a, b) => b.config.attempt - a.config.attempt)[0];
  memory.refreshVolumesAt = nextRefresh(pod, context);
  const lives = inventory.containers.get(uid) ?? [];
  recoverAllocation(pod, memory, context.clock.elapsed());
  for (const placed of containersOf(pod)) await recoverContainer(pod, placed, lives, memory, context);
  return memory;
}

async function recoverContainer(
  pod: Pod,
  placed: PodContainer,
  lives: readonly Life[],
  memory: PodMemory,
  context: NodeContext,
): Promise<void> {
  const status = statusOf(pod, placed.name);
  // What was made but not started when the agent died is left alone: another takes its place.
  const own = lives
    .filter(({ name, state }) => name === placed.name && state !== 'created')
    .toSorted((a, b) => b.attempt - a.attempt);
  if (own.length === 0 && !status?.containerID) return;
  const container = memoryOf(memory, placed.name);
  container.isHooked = true;
  container.resources = status?.resources ?? (placed.spec as Container).resources;
  container.startup = status?.started;
  container.readiness = status?.ready;
  container.current = own[0] ?? (await restoredLife(pod, placed, status!, memory, context));
  container.previous =
    own[1] ?? (status && lifeOf(pod, placed, status, status.lastState, memory.sandbox, -1));
  // Only the last life that has ended is kept, for its log.
  for (const { id, state } of own.slice(2)) if (state === 'exited') await context.runtime.removeContainer(id);
}

/** The runtime has forgotten the container: `simulated` takes it up again, for others it has ended in an unknown way. */
async function restoredLife(
  pod: Pod,
  placed: PodContainer,
  status: ContainerStatus,
  memory: PodMemory,
  context: NodeContext,
): Promise<Life | undefined> {
  const { runtime } = context;
  const state = status.state?.waiting ? status.lastState : status.state;
  if (!runtime.restore)
    return lifeOf(pod, placed, status, lostIfRunning(state, context.clock.now()), memory.sandbox);
  memory.sandbox ??= restoredSandbox(pod, context);
  const life = lifeOf(pod, placed, status, state, memory.sandbox);
  if (!life) return undefined;
  try {
    const config = await containerConfig(pod, placed, life.attempt, memory.sandbox, context);
    runtime.restore(memory.sandbox, config, life satisfies RestoredContainer);
    return await runtime.containerStatus(life.id);
  } catch (error) {
    if (!(error instanceof ContainerConfigError)) throw error;
    return life;
  }
}

const restoredSandbox = (pod: Pod, { clock }: NodeContext): Sandbox => ({
  id: `restored-${uidOf(pod)}`,
  config: sandboxConfig(pod, 0, pod.status?.podIP ?? ''),
  state: isTerminal(pod) ? 'notReady' : 'ready',
  ip: pod.status?.podIP ?? '',
  reachableAt: pod.status?.podIP ?? '',
  createdAt: clock.now(),
});

const statusOf = ({ status }: Pod, name: string): ContainerStatus | undefined =>
  [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ].find((container) => container.name === name);

function lostIfRunning(state: ContainerState | undefined, now: EpochMs): ContainerState | undefined {
  if (!state?.running) return state;
  return {
    terminated: {
      exitCode: 137,
      reason: 'ContainerStatusUnknown',
      message: 'The container could not be located when the pod was terminated',
      ...(state.running.startedAt && { startedAt: state.running.startedAt }),
      finishedAt: new Date(now).toISOString(),
    },
  };
}

function lifeOf(
  pod: Pod,
  placed: PodContainer,
  status: ContainerStatus,
  state: ContainerState | undefined,
  sandbox: Sandbox | undefined,
  attemptOffset = 0,
): Life | undefined {
  const { running, terminated } = state ?? {};
  if (!running && !terminated) return undefined;
  const startedAt = timeOf(running?.startedAt ?? terminated?.startedAt);
  const id = (terminated?.containerID ?? status.containerID ?? '').replace(/^.*:\/\//, '');
  return {
    id,
    sandboxId: sandbox?.id ?? '',
    podUid: uidOf(pod),
    name: placed.name,
    attempt: Math.max(0, status.restartCount + attemptOffset),
    image: status.image,
    imageRef: status.imageID,
    state: running ? 'running' : 'exited',
    createdAt: startedAt ?? 0,
    startedAt,
    finishedAt: timeOf(terminated?.finishedAt),
    exitCode: terminated?.exitCode,
    signal: terminated?.signal,
    reason: terminated?.reason,
    message: terminated?.message,
    readyAt: undefined,
  };
}

const timeOf = (text: string | undefined): EpochMs | undefined => (text ? Date.parse(text) : undefined);
