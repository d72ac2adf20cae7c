import { messageOf } from '../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, type KubernetesObject, keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ReplicaSet } from '../../generated/types.ts';
import { Pods, ReplicaSets } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { adopt, claim, controllerReference, ownerKeyOf, release } from '../framework/ownership.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { createPod, deletePod } from '../pods/podActions.ts';
import { podFromTemplate } from '../pods/podFromTemplate.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { type Action, type Observed, planReplicaSet } from './plan.ts';

/** A kind whose objects keep a number of pods, and the ReplicaSet that each of them is like. */
export interface ReplicasOwner<T extends KubernetesObject & { status?: object }> {
  readonly type: ResourceType<T>;
  readonly name: string;
  readonly countsTerminating: boolean;
  asReplicaSet(owner: T): ReplicaSet;
}

const REPLICA_SETS: ReplicasOwner<ReplicaSet> = {
  type: ReplicaSets,
  name: 'replicaset',
  countsTerminating: true,
  asReplicaSet: (replicaSet) => replicaSet,
};

export const replicaSetController = (context: ControllerContext) =>
  new ReplicaSetController(context, REPLICA_SETS);

/** Keeps the wanted number of pods of each ReplicaSet, and of whatever is like one. */
export class ReplicaSetController<T extends KubernetesObject & { status?: object }>
  implements Controller<Observed, Action>
{
  readonly name: string;
  readonly #kind: ReplicasOwner<T>;
  readonly #owners: Informer<T>;
  readonly #pods: PodCache;
  readonly #recorder: EventRecorder;
  /** By uid: why pods could not be made or removed the last time. */
  readonly #failures = new Map<string, string>();

  constructor(context: ControllerContext, kind: ReplicasOwner<T>) {
    this.name = kind.name;
    this.#kind = kind;
    this.#owners = context.informers.of(kind.type);
    this.#pods = new PodCache(context.informers);
    this.#recorder = context.recorder(`${kind.name}-controller`);
  }

  watch(enqueue: (key: string) => void): void {
    const { type, asReplicaSet } = this.#kind;
    this.#owners.onChange(({ before, after }) => {
      if (!after) this.#failures.delete(uidOf(before!));
      enqueue(keyOf((after ?? before)!));
    });
    this.#pods.informer.onChange(({ before, after }) => {
      const keys = [before, after].map((pod) => pod && ownerKeyOf(pod, type.kind));
      for (const key of new Set(keys)) if (key) enqueue(key);
      if (!after || controllerOf(after)) return;
      for (const owner of this.#owners.list()) {
        const isHere = owner.metadata.namespace === after.metadata.namespace;
        const { selector } = asReplicaSet(owner).spec;
        if (isHere && labelSelectorOf(selector).matches(after.metadata.labels ?? {})) enqueue(keyOf(owner));
      }
    });
  }

  observe(key: string): Observed | undefined {
    const owner = this.#owners.get(key);
    if (!owner) return undefined;
    const replicaSet = this.#kind.asReplicaSet(owner);
    const selector = labelSelectorOf(replicaSet.spec.selector);
    const orphans = this.#pods.orphansIn(owner.metadata.namespace!);
    return {
      replicaSet,
      pods: claim(owner, selector, this.#pods.controlledBy(uidOf(owner)), orphans),
      failure: this.#failures.get(uidOf(owner)),
      countsTerminating: this.#kind.countsTerminating,
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planReplicaSet(seen, now);
  }

  async execute({ replicaSet }: Observed, action: Action, client: Client): Promise<void> {
    const { type } = this.#kind;
    const reference = controllerReference(type, replicaSet);
    switch (action.kind) {
      case 'createPod':
        return this.#remembering(replicaSet, () => this.#createPod(replicaSet, client));
      case 'deletePod':
        return this.#remembering(replicaSet, () => deletePod(client, this.#recorder, replicaSet, action.pod));
      case 'adoptPod':
        return adopt(client, Pods, action.pod, reference);
      case 'releasePod':
        return release(client, Pods, action.pod, replicaSet);
      case 'updateStatus': {
        const owner = this.#owners.get(keyOf(replicaSet));
        if (owner) await updateStatus(client, type, owner, action.status as NonNullable<T['status']>);
      }
    }
  }

  async #createPod(replicaSet: ReplicaSet, client: Client): Promise<void> {
    const reference = controllerReference(this.#kind.type, replicaSet);
    const { namespace = '' } = replicaSet.metadata;
    const pod = podFromTemplate(replicaSet.spec.template!, namespace, nameOf(replicaSet), reference);
    await createPod(client, this.#recorder, replicaSet, pod);
  }

  /** A failure stands in the status from the next look on, which comes because this one fails. */
  async #remembering(replicaSet: ReplicaSet, work: () => Promise<void>): Promise<void> {
    try {
      await work();
      this.#failures.delete(uidOf(replicaSet));
    } catch (error) {
      this.#failures.set(uidOf(replicaSet), messageOf(error));
      throw error;
    }
  }
}
