import { earliest } from '../../clock/earliest.ts';
import type { Container, ResourceRequirements } from '../../generated/types.ts';
import { semanticEqual } from '../../resources/semanticEqual.ts';
import { allocatedResources } from './allocation.ts';
import { isRunning, memoryIn } from './containerState.ts';
import { containersOf, type PodContainer } from './containers.ts';
import { graceSecondsOf } from './ending.ts';
import type { PodPlan } from './plan.ts';
import type { SeenPod } from './podMemory.ts';

const NOTHING: PodPlan = { actions: [], lookAgainAt: undefined };
/** As often as upstream looks whether a resize that waits for room fits by now, should nothing else have told it. */
const RETRY_MS = 180_000;

/** Whether what the pod asks for by now can be set aside for it; and whether all of its containers have what was. */
export function planAllocation(seen: SeenPod): PodPlan {
  const { pod, memory, elapsed } = seen;
  const { resizePending: pending, resizing } = memory;
  if (memory.judgedGeneration !== pod.metadata.generation) return only({ kind: 'allocate' });
  const retryAt = pending?.reason === 'Deferred' ? pending.judgedAt + RETRY_MS : undefined;
  if (retryAt !== undefined && retryAt <= elapsed) return only({ kind: 'allocate' });
  if (!resizing || containersOf(pod).some((placed) => isBehind(seen, placed) || isToRestart(seen, placed)))
    return { actions: [], lookAgainAt: retryAt };
  return { actions: [{ kind: 'completeResize' }], lookAgainAt: retryAt };
}

/** What brings a running container to what is set aside for it. Undefined when it has that. */
export function planResize(seen: SeenPod, placed: PodContainer): PodPlan | undefined {
  const { resizing, operations } = seen.memory;
  if (!resizing || !isBehind(seen, placed)) return undefined;
  const container = memoryIn(seen, placed)!;
  const resources = allocatedResources(seen.memory, placed) ?? {};
  if (needsRestart(placed, container.resources, resources)) {
    if (container.stoppingGraceSeconds !== undefined) return NOTHING;
    const because = `Container ${placed.name} resize requires restart`;
    const gracePeriodSeconds = graceSecondsOf(seen.pod);
    return only({ kind: 'stop', container: placed, gracePeriodSeconds, because, restarts: true });
  }
  if (operations.has(resizeOf(placed))) return NOTHING;
  if (resizing.retryAt > seen.elapsed) return { actions: [], lookAgainAt: earliest(resizing.retryAt) };
  return only({ kind: 'resize', container: placed, resources });
}

/** The name of the work under way. */
export const resizeOf = ({ name }: PodContainer): string => `resize/${name}`;

/** Whether it runs with other resources than are set aside for it. */
function isBehind(seen: SeenPod, placed: PodContainer): boolean {
  const container = memoryIn(seen, placed);
  if (placed.role === 'ephemeral' || !isRunning(container)) return false;
  return !semanticEqual(container!.resources, allocatedResources(seen.memory, placed));
}

const isToRestart = (seen: SeenPod, placed: PodContainer): boolean =>
  memoryIn(seen, placed)?.isToRestart ?? false;

function needsRestart(
  { spec }: PodContainer,
  before: ResourceRequirements | undefined,
  after: ResourceRequirements,
): boolean {
  return ((spec as Container).resizePolicy ?? []).some(
    ({ resourceName, restartPolicy }) =>
      restartPolicy === 'RestartContainer' &&
      (before?.requests?.[resourceName] !== after.requests?.[resourceName] ||
        before?.limits?.[resourceName] !== after.limits?.[resourceName]),
  );
}

const only = (...actions: PodPlan['actions'][number][]): PodPlan => ({ actions, lookAgainAt: undefined });
