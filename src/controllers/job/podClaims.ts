import { uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { Jobs, Pods } from '../../resources/kinds.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import { adopt, controllerReference } from '../framework/ownership.ts';
import { isTracked, TRACKING_FINALIZER } from './jobFacts.ts';

/** On a pod that was taken from its job: the uid of the job, if that has counted it. */
const COUNTED_BY = 'sampan.dev/counted-by';

/** Takes a pod. One that comes back after it was counted is not counted again, as it would be upstream: it gets no finalizer. */
export async function takePod(client: Client, job: Job, pod: Pod): Promise<void> {
  const isCounted = pod.metadata.annotations?.[COUNTED_BY] === uidOf(job);
  const reference = controllerReference(Jobs, job);
  await adopt(client, Pods, pod, reference, isCounted ? undefined : [TRACKING_FINALIZER]);
}

/** Lets go of a pod that is its own no more, in one write. */
export async function letPodGo(client: Client, job: Job, pod: Pod): Promise<void> {
  const metadata = {
    uid: uidOf(pod),
    ownerReferences: [{ $patch: 'delete', uid: uidOf(job) }],
    ...(isTracked(pod) && { '$deleteFromPrimitiveList/finalizers': [TRACKING_FINALIZER] }),
    ...(isInTheBooks(job, pod) && { annotations: { [COUNTED_BY]: uidOf(job) } }),
  };
  const patch = client.patch(Pods, refOf(pod), { type: 'strategic', body: { metadata } });
  await ignoreStatusError(patch, 'NotFound');
}

/** It has lost its finalizer when it was counted, or is about to. */
function isInTheBooks({ status }: Job, pod: Pod): boolean {
  const { succeeded = [], failed = [] } = status?.uncountedTerminatedPods ?? {};
  return isTracked(pod) ? [...succeeded, ...failed].includes(uidOf(pod)) : isTerminal(pod);
}
