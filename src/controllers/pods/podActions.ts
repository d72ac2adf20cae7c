import { isStatusError, messageOf } from '../../apimachinery/errors.ts';
import { type KubernetesObject, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Pod, Preconditions } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { isOfTerminatingNamespace } from '../framework/terminatingNamespace.ts';

/** Creates a pod for its owner and tells so, in upstream's words (`RealPodControl`). */
export async function createPod(
  client: Client,
  recorder: EventRecorder,
  owner: KubernetesObject,
  pod: Pod,
): Promise<Pod> {
  try {
    const created = await client.create(Pods, pod);
    recorder.event(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${nameOf(created)}`);
    return created;
  } catch (error) {
    if (!isOfTerminatingNamespace(error)) {
      recorder.event(owner, 'Warning', 'FailedCreate', `Error creating: ${messageOf(error)}`);
    }
    throw error;
  }
}

/** Deletes a pod of an owner, this very one and not a namesake, and tells so. One that is gone already is fine. */
export const deletePod = (
  client: Client,
  recorder: EventRecorder,
  owner: KubernetesObject,
  pod: Pod,
): Promise<void> => deleteIf({ uid: uidOf(pod) }, client, recorder, owner, pod);

/** The same where it depends on the pod's state that it may go: one that has changed meanwhile is left for the look that its news bring. */
export const deletePodAsSeen = (
  client: Client,
  recorder: EventRecorder,
  owner: KubernetesObject,
  pod: Pod,
): Promise<void> =>
  deleteIf({ uid: uidOf(pod), resourceVersion: pod.metadata.resourceVersion! }, client, recorder, owner, pod);

async function deleteIf(
  preconditions: Preconditions,
  client: Client,
  recorder: EventRecorder,
  owner: KubernetesObject,
  pod: Pod,
): Promise<void> {
  try {
    await client.delete(Pods, refOf(pod), { preconditions });
  } catch (error) {
    if (isStatusError(error, 'NotFound', 'Conflict')) return;
    recorder.event(owner, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`);
    throw error;
  }
  recorder.event(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${nameOf(pod)}`);
}
