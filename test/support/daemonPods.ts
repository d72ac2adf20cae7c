import type { Json } from './api.ts';
import { most } from './most.ts';
import type { RecordedEvent } from './recording.ts';

/** Where a pod of a DaemonSet runs, or is meant to run while it waits for the scheduler. */
const nodeOf = ({ spec }: Json): string =>
  spec.nodeName ??
  spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0]
    .matchFields[0].values[0];

const isReady = ({ status }: Json) =>
  status.conditions?.some(({ type, status }: Json) => type === 'Ready' && status === 'True') ?? false;

export const isLeaving = ({ metadata }: Json): boolean => metadata.deletionTimestamp !== undefined;

export const imageOf = ({ spec }: Json): string => spec.containers[0].image;

/** Ready, staying, and of that image if one is given. */
export const isRunning = (pod: Json, image = imageOf(pod)): boolean =>
  isReady(pod) && !isLeaving(pod) && imageOf(pod) === image;

/** The most pods that one node had at any moment. */
export function mostPodsOnANode(events: readonly RecordedEvent[]): number {
  return most(events, (pods) =>
    Math.max(
      0,
      ...Map.groupBy(pods, nodeOf)
        .values()
        .map(({ length }) => length),
    ),
  );
}

/** The most of these nodes that had no available pod at any moment since that event, each pod's readiness by its own word. */
export function mostUnavailable(
  events: readonly RecordedEvent[],
  { nodes, minReadySeconds, from }: { nodes: readonly string[]; minReadySeconds: number; from: number },
): number {
  const measure = (pods: Json[], at: number) => {
    const available = pods.filter((pod) => isAvailable(pod, at, minReadySeconds)).map(nodeOf);
    return nodes.filter((node) => !available.includes(node)).length;
  };
  return most(events, measure, from);
}

function isAvailable(pod: Json, at: number, minReadySeconds: number): boolean {
  if (!isRunning(pod)) return false;
  const ready = pod.status.conditions.find(({ type }: Json) => type === 'Ready');
  return Date.parse(ready.lastTransitionTime) + minReadySeconds * 1000 <= at;
}
