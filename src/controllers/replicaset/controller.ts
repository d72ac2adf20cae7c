import { messageOf } from '../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
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

/** Keeps the wanted number of pods of each ReplicaSet. */
export class ReplicaSetController implements Controller<Observed, Action> {
  readonly name = 'replicaset';
  readonly #replicaSets: Informer<ReplicaSet>;
  readonly #pods: PodCache;
  readonly #recorder: EventRecorder;
  /** By uid: why pods could not be made or removed the last time. */
  readonly #failures = new Map<string, string>();

  constructor(context: ControllerContext) {
    this.#replicaSets = context.informers.of(ReplicaSets);
    this.#pods = new PodCache(context.informers);
    this.#recorder = context.recorder('replicaset-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#replicaSets.onChange(({ before, after }) => {
      if (!after) this.#failures.delete(uidOf(before!));
      enqueue(keyOf((after ?? before)!));
    });
    this.#pods.informer.onChange(({ before, after }) => {
      const keys = [before, after].map((pod) => pod && ownerKeyOf(pod, ReplicaSets.kind));
      for (const key of new Set(keys)) if (key) enqueue(key);
      if (!after || controllerOf(after)) return;
      for (const replicaSet of this.#replicaSets.list()) {
        const isHere = replicaSet.metadata.namespace === after.metadata.namespace;
        if (isHere && labelSelectorOf(replicaSet.spec.selector).matches(after.metadata.labels ?? {}))
          enqueue(keyOf(replicaSet));
      }
    });
  }

  observe(key: string): Observed | undefined {
    const replicaSet = this.#replicaSets.get(key);
    if (!replicaSet) return undefined;
    const selector = labelSelectorOf(replicaSet.spec.selector);
    const orphans = this.#pods.orphansIn(replicaSet.metadata.namespace!);
    return {
      replicaSet,
      pods: claim(replicaSet, selector, this.#pods.controlledBy(uidOf(replicaSet)), orphans),
      failure: this.#failures.get(uidOf(replicaSet)),
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planReplicaSet(seen, now);
  }

  async execute({ replicaSet }: Observed, action: Action, client: Client): Promise<void> {
    const reference = controllerReference(ReplicaSets, replicaSet);
    switch (action.kind) {
      case 'createPod':
        return this.#remembering(replicaSet, () => this.#createPod(replicaSet, client));
      case 'deletePod':
        return this.#remembering(replicaSet, () => deletePod(client, this.#recorder, replicaSet, action.pod));
      case 'adoptPod':
        return adopt(client, Pods, action.pod, reference);
      case 'releasePod':
        return release(client, Pods, action.pod, replicaSet);
      case 'updateStatus':
        return updateStatus(client, ReplicaSets, replicaSet, action.status);
    }
  }

  async #createPod(replicaSet: ReplicaSet, client: Client): Promise<void> {
    const reference = controllerReference(ReplicaSets, replicaSet);
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
