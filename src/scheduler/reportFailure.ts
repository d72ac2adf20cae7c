import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/eventRecorder.ts';
import { type Clock, type EpochMs, timestamp } from '../clock/clock.ts';
import type { Pod, PodCondition } from '../generated/types.ts';
import { Pods } from '../resources/kinds.ts';

export interface Failure {
  readonly reason: 'Unschedulable' | 'SchedulerError';
  readonly message: string;
  /** The node that the pod waits for, after others were pushed out for it. */
  readonly nominatedNode?: string | undefined;
}

export interface ReportParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
}

/** Tells a pod's owner why it has no node: by an event, and by the condition `PodScheduled` when it is news. */
export function reportFailure({ client, clock, recorder }: ReportParts, pod: Pod, failure: Failure): void {
  recorder.event(pod, 'Warning', 'FailedScheduling', failure.message);
  const condition = podScheduledCondition(pod, failure, clock.now());
  const { nominatedNode } = failure;
  const hasMoved = pod.status?.nominatedNodeName !== nominatedNode;
  if (!condition && !hasMoved) return;
  const status = {
    ...(condition && { conditions: [condition] }),
    ...(hasMoved && { nominatedNodeName: nominatedNode ?? null }),
  };
  const { name = '', namespace } = pod.metadata;
  const patch = { type: 'strategic', body: { status } } as const;
  // The pod may be gone; and if the server is, the next attempt tells again.
  client.patch(Pods, { name, namespace }, patch, { subresource: 'status' }).catch(() => {});
}

/** Undefined when the pod says just that already. */
function podScheduledCondition(
  { metadata, status }: Pod,
  { reason, message }: Failure,
  now: EpochMs,
): PodCondition | undefined {
  const known = status?.conditions?.find(({ type }) => type === 'PodScheduled');
  if (known?.status === 'False' && known.reason === reason && known.message === message) return undefined;
  const since = known?.status === 'False' ? known.lastTransitionTime : undefined;
  return {
    type: 'PodScheduled',
    status: 'False',
    reason,
    message,
    lastTransitionTime: since ?? timestamp(now),
    ...(metadata.generation !== undefined && { observedGeneration: metadata.generation }),
  };
}
