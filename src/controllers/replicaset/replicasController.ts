import { messageOf } from '../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, type KubernetesObject, keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Pod, ReplicaSet, ReplicaSetStatus } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { adopt, controllerReference, release } from '../framework/ownership.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { isOfTerminatingNamespace } from '../framework/terminatingNamespace.ts';
import { createPod, deletePod } from '../pods/podActions.ts';
import { podFromTemplate } from '../pods/podFromTemplate.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { type Action, type Observed, planReplicaSet } from './plan.ts';

type WithStatus = KubernetesObject & { status?: object };

/** A kind that wants a number of like pods. */
export interface ReplicasKind<T extends WithStatus> {
  readonly name: string;
  readonly type: ResourceType<T>;
  /** Whose events are told. */
  readonly component: string;
  /** The object as the plan sees it; the same for the same object. */
  asReplicaSet(object: T): ReplicaSet;
  asStatus(status: ReplicaSetStatus): NonNullable<T['status']>;
  /** KEP-3973 */
  readonly countsTerminating: boolean;
  /** All owners whose pods crowd a node as the object's own do. */
  related(object: T, objects: Informer<T>): readonly T[];
}

interface Seen<T> extends Observed {
  readonly owner: T;
}

/** Keeps the wanted number of pods of each object of a kind. */
export class ReplicasController<T extends WithStatus> implements Controller<Seen<T>, Action> {
  readonly name: string;
  readonly #kind: ReplicasKind<T>;
  readonly #objects: Informer<T>;
  readonly #pods: PodCache;
  readonly #recorder: EventRecorder;
  /** By uid: why pods could not be made or removed the last time. */
  readonly #failures = new Map<string, string>();

  constructor(context: ControllerContext, kind: ReplicasKind<T>) {
    this.name = kind.name;
    this.#kind = kind;
    this.#objects = context.informers
      .of(kind.type)
      .addIndex('controller', (object) => [controllerOf(object)?.uid ?? '']);
    this.#pods = new PodCache(context.informers);
    this.#recorder = context.recorder(kind.component);
  }

  watch(enqueue: (key: string) => void): void {
    this.#objects.onChange(({ before, after }) => {
      if (!after) this.#failures.delete(uidOf(before!));
      enqueue(keyOf((after ?? before)!));
    });
    this.#pods.followOwners(this.#kind.type.kind, enqueue);
    this.#pods.followOrphans(this.#objects, (object) => this.#selectorOf(object), enqueue);
  }

  #selectorOf(object: T) {
    return labelSelectorOf(this.#kind.asReplicaSet(object).spec.selector);
  }

  observe(key: string): Seen<T> | undefined {
    const owner = this.#objects.get(key);
    if (!owner) return undefined;
    return {
      owner,
      replicaSet: this.#kind.asReplicaSet(owner),
      pods: this.#pods.claimedBy(owner, this.#selectorOf(owner)),
      related: this.#relatedPods(owner),
      failure: this.#failures.get(uidOf(owner)),
      countsTerminating: this.#kind.countsTerminating,
    };
  }

  #relatedPods(owner: T): readonly Pod[] {
    const related = this.#kind.related(owner, this.#objects);
    return related
      .filter((other) => other !== owner)
      .flatMap((other) => this.#pods.controlledBy(uidOf(other)));
  }

  plan(seen: Seen<T>, now: EpochMs) {
    return planReplicaSet(seen, now);
  }

  async execute({ owner, replicaSet }: Seen<T>, action: Action, client: Client): Promise<void> {
    const { type } = this.#kind;
    switch (action.kind) {
      case 'createPod':
        return this.#remembering(owner, () => this.#createPod(owner, replicaSet, client));
      case 'deletePod':
        return this.#remembering(owner, () => deletePod(client, this.#recorder, owner, action.pod));
      case 'adoptPod':
        return adopt(client, Pods, action.pod, controllerReference(type, owner));
      case 'releasePod':
        return release(client, Pods, action.pod, owner);
      case 'updateStatus':
        return updateStatus(client, type, owner, this.#kind.asStatus(action.status));
    }
  }

  async #createPod(owner: T, { spec }: ReplicaSet, client: Client): Promise<void> {
    const reference = controllerReference(this.#kind.type, owner);
    const pod = podFromTemplate(spec.template!, owner.metadata.namespace ?? '', nameOf(owner), reference);
    try {
      await createPod(client, this.#recorder, owner, pod);
    } catch (error) {
      if (!isOfTerminatingNamespace(error)) throw error;
    }
  }

  /** A failure stands in the status from the next look on, which comes because this one fails. */
  async #remembering(owner: T, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#failures.delete(uidOf(owner));
    } catch (error) {
      this.#failures.set(uidOf(owner), messageOf(error));
      throw error;
    }
  }
}
