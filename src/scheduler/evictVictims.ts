import { isBeingDeleted, uidOf } from '../apimachinery/object.ts';
import { type Client, refOf } from '../client/client.ts';
import type { EventRecorder } from '../client/eventRecorder.ts';
import type { Clock } from '../clock/clock.ts';
import type { Pod } from '../generated/types.ts';
import { Pods } from '../resources/kinds.ts';
import { disruptionTarget } from '../resources/pod/disruptionTarget.ts';
import type { Preemption } from './preemption.ts';

export interface EvictionParts {
  readonly client: Client;
  readonly clock: Clock;
  readonly recorder: EventRecorder;
}

/** Deletes the pods that must go for `preemptor`, and tells why. What fails is found still there at the next attempt. */
export async function evictVictims(
  parts: EvictionParts,
  preemptor: Pod,
  { node, victims }: Preemption,
): Promise<void> {
  const staying = victims.map(({ pod }) => pod).filter((pod) => !isBeingDeleted(pod));
  await Promise.allSettled(staying.map((victim) => evict(parts, victim, preemptor, node)));
}

async function evict(
  { client, clock, recorder }: EvictionParts,
  victim: Pod,
  preemptor: Pod,
  node: string,
): Promise<void> {
  const ref = refOf(victim);
  const message = 'default-scheduler: preempting to accommodate a higher priority pod';
  const condition = disruptionTarget(victim, 'PreemptionByScheduler', message, clock.now());
  const patch = { type: 'strategic', body: { status: { conditions: [condition] } } } as const;
  await client.patch(Pods, ref, patch, { subresource: 'status' });
  await client.delete(Pods, ref, { preconditions: { uid: uidOf(victim) } });
  recorder.event(victim, 'Normal', 'Preempted', `Preempted by pod ${uidOf(preemptor)} on node ${node}`);
}
