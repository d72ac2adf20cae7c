import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { Pod, PodCondition } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import { isReady, isStarted, memoryIn } from './containerState.ts';
import { containersOf, type PodContainer } from './containers.ts';
import type { Phase } from './phase.ts';
import { initialized } from './plan.ts';
import type { SeenPod } from './podMemory.ts';

/** The conditions that the node agent keeps, in upstream's order. */
type OwnCondition = Pick<PodCondition, 'type' | 'status' | 'reason' | 'message' | 'observedGeneration'>;

/** They are there only as long as there is something to say. */
export const RESIZE_CONDITIONS: readonly string[] = ['PodResizePending', 'PodResizeInProgress'];

/** The pod's conditions: ours as they are now, the others as they were. */
export function conditionsOf(seen: SeenPod, phase: Phase): PodCondition[] {
  const before = seen.pod.status?.conditions ?? [];
  const own = ownConditions(seen, phase);
  const others = before.filter(
    ({ type = '' }) => !RESIZE_CONDITIONS.includes(type) && !own.some((condition) => condition.type === type),
  );
  return [...others, ...own.map((condition) => stamped(condition, before, seen.pod, seen.now))];
}

function ownConditions(seen: SeenPod, phase: Phase): OwnCondition[] {
  const containers = containersOf(seen.pod);
  const containersReady = containersReadyCondition(seen, containers, phase);
  return [
    ...resizeConditions(seen),
    { type: 'PodReadyToStartContainers', status: truth(hasSandbox(seen)) },
    initializedCondition(seen, containers, phase),
    readyCondition(seen, containersReady),
    containersReady,
    { type: 'PodScheduled', status: 'True' },
    ...disruption(seen),
  ];
}

function resizeConditions({ memory: { resizePending, resizing } }: SeenPod): OwnCondition[] {
  const conditions: OwnCondition[] = [];
  if (resizePending) {
    const { reason, message, generation: observedGeneration } = resizePending;
    conditions.push({ type: 'PodResizePending', status: 'True', reason, message, observedGeneration });
  }
  if (resizing) {
    const { error, generation: observedGeneration } = resizing;
    const why = error === undefined ? {} : { reason: 'Error', message: error };
    conditions.push({ type: 'PodResizeInProgress', status: 'True', ...why, observedGeneration });
  }
  return conditions;
}

function disruption({ memory: { failure } }: SeenPod): OwnCondition[] {
  if (!failure?.isDisruption) return [];
  const { message } = failure;
  return [{ type: 'DisruptionTarget', status: 'True', reason: 'TerminationByKubelet', message }];
}

/** One that is being given back is as good as gone: to write that twice would be one write too many for every pod that ends. */
const hasSandbox = ({ memory }: SeenPod) =>
  memory.sandbox?.state === 'ready' && !memory.operations.has('tidy');

const truth = (value: boolean) => (value ? 'True' : 'False');

function initializedCondition(
  seen: SeenPod,
  containers: readonly PodContainer[],
  phase: Phase,
): OwnCondition {
  if (phase === 'Succeeded') return { type: 'Initialized', status: 'True', reason: 'PodCompleted' };
  const unfinished = containers.filter(
    (placed) =>
      (placed.role === 'init' && memoryIn(seen, placed)?.current?.exitCode !== 0) ||
      (placed.role === 'sidecar' && !isStarted(placed, memoryIn(seen, placed))),
  );
  if (unfinished.length === 0 || initialized(seen, containers))
    return { type: 'Initialized', status: 'True' };
  return {
    type: 'Initialized',
    status: 'False',
    reason: 'ContainersNotInitialized',
    message: `containers with incomplete status: [${unfinished.map(({ name }) => name).join(' ')}]`,
  };
}

function containersReadyCondition(
  seen: SeenPod,
  containers: readonly PodContainer[],
  phase: Phase,
): OwnCondition {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const unready = containers.filter(
    (placed) => (placed.role === 'main' || placed.role === 'sidecar') && !isReady(seen, placed),
  );
  if (unready.length === 0) return { type, status: 'True' };
  const names = unready.map(({ name }) => name).join(' ');
  return {
    type,
    status: 'False',
    reason: 'ContainersNotReady',
    message: `containers with unready status: [${names}]`,
  };
}

function readyCondition({ pod }: SeenPod, containersReady: OwnCondition): OwnCondition {
  if (containersReady.status !== 'True') return { ...containersReady, type: 'Ready' };
  const problems = (pod.spec.readinessGates ?? []).flatMap(({ conditionType }) =>
    gateProblem(pod, conditionType),
  );
  if (problems.length === 0) return { type: 'Ready', status: 'True' };
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message: problems.join(', ') };
}

function gateProblem(pod: Pod, gate: string): string[] {
  const condition = conditionOf(pod, gate);
  if (!condition) return [`corresponding condition of pod readiness gate "${gate}" does not exist.`];
  if (condition.status === 'True') return [];
  return [`the status of pod readiness gate "${gate}" is not "True", but ${condition.status}`];
}

function stamped(
  condition: OwnCondition,
  before: readonly PodCondition[],
  pod: Pod,
  now: EpochMs,
): PodCondition {
  const last = before.find(({ type }) => type === condition.type);
  const isSame = last?.status === condition.status && last.lastTransitionTime !== undefined;
  return {
    ...(pod.metadata.generation !== undefined && { observedGeneration: pod.metadata.generation }),
    ...condition,
    lastTransitionTime: isSame ? last.lastTransitionTime! : timestamp(now),
  };
}
