import { isStatusError, messageOf } from '../../apimachinery/errors.ts';
import { nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Pod, StatefulSet } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import { claimNames, identityLabels } from './identity.ts';

/** Makes, removes and labels pods, and tells so in upstream's words (`StatefulPodControl`). */
export class StatefulPods {
  readonly #recorder: EventRecorder;

  constructor(recorder: EventRecorder) {
    this.#recorder = recorder;
  }

  async create(client: Client, statefulSet: StatefulSet, pod: Pod): Promise<void> {
    this.#warnOfClaims(statefulSet, pod);
    try {
      await client.create(Pods, pod);
    } catch (error) {
      // A namesake that is not one of ours stands in the way, which is told nobody.
      if (!isStatusError(error, 'AlreadyExists')) this.#tellFailure('create', statefulSet, pod, error);
      throw error;
    }
    this.#tell('create', statefulSet, pod);
  }

  /** One that is gone already is fine. */
  async delete(client: Client, statefulSet: StatefulSet, pod: Pod): Promise<void> {
    try {
      await client.delete(Pods, refOf(pod), { preconditions: { uid: uidOf(pod) } });
    } catch (error) {
      if (isStatusError(error, 'NotFound', 'Conflict')) return;
      this.#tellFailure('delete', statefulSet, pod, error);
      throw error;
    }
    this.#tell('delete', statefulSet, pod);
  }

  /** Puts the labels on it that tell who it is. */
  async identify(client: Client, statefulSet: StatefulSet, pod: Pod): Promise<void> {
    const body = { metadata: { uid: uidOf(pod), labels: identityLabels(nameOf(pod)) } };
    try {
      await client.patch(Pods, refOf(pod), { type: 'merge', body });
    } catch (error) {
      this.#tellFailure('update', statefulSet, pod, error);
      throw error;
    }
    this.#tell('update', statefulSet, pod);
  }

  #tell(verb: Verb, statefulSet: StatefulSet, pod: Pod): void {
    const message = `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(statefulSet)} successful`;
    this.#recorder.event(statefulSet, 'Normal', `Successful${titles[verb]}`, message);
  }

  #tellFailure(verb: Verb, statefulSet: StatefulSet, pod: Pod, error: unknown): void {
    const where = `${verb} Pod ${nameOf(pod)} in StatefulSet ${nameOf(statefulSet)}`;
    const message = `${where} failed error: ${messageOf(error)}`;
    this.#recorder.event(statefulSet, 'Warning', `Failed${titles[verb]}`, message);
  }

  #warnOfClaims(statefulSet: StatefulSet, pod: Pod): void {
    const names = claimNames(statefulSet.spec);
    if (names.length === 0) return;
    const message = `sampan makes no PersistentVolumeClaims: Pod ${nameOf(pod)} gets an emptyDir in place of ${names.join(', ')}`;
    this.#recorder.event(statefulSet, 'Warning', 'VolumeClaimsNotMade', message);
  }
}

type Verb = 'create' | 'delete' | 'update';
const titles: Record<Verb, string> = { create: 'Create', delete: 'Delete', update: 'Update' };
