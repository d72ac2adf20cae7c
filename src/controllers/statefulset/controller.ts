import { isStatusError } from '../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, keyOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { Change, Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ControllerRevision, Pod, StatefulSet } from '../../generated/types.ts';
import { ControllerRevisions, Pods, StatefulSets } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { adopt, claim, controllerReference, ownerKeyOf, release } from '../framework/ownership.ts';
import { isOfTemplate } from '../framework/revisions.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { PodCache } from '../pods/podIndexes.ts';
import type { Action } from './actions.ts';
import { isMemberOf } from './identity.ts';
import type { Observed } from './observed.ts';
import { planStatefulSet } from './plan.ts';
import { StatefulPods } from './podActions.ts';

/** Keeps numbered pods, which come and go in order. */
export class StatefulSetController implements Controller<Observed, Action> {
  readonly name = 'statefulset';
  readonly #statefulSets: Informer<StatefulSet>;
  readonly #pods: PodCache;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #podActions: StatefulPods;

  constructor(context: ControllerContext) {
    this.#statefulSets = context.informers.of(StatefulSets);
    this.#pods = new PodCache(context.informers);
    this.#revisions = context.informers
      .of(ControllerRevisions)
      .addIndex('controller', (revision) => [controllerOf(revision)?.uid ?? ''])
      .addIndex('orphans', (revision) => (controllerOf(revision) ? [] : [revision.metadata.namespace ?? '']));
    this.#podActions = new StatefulPods(context.recorder('statefulset-controller'));
  }

  watch(enqueue: (key: string) => void): void {
    this.#statefulSets.onChange(({ before, after }) => enqueue(keyOf((after ?? before)!)));
    this.#pods.informer.onChange((change) => this.#podChanged(change, enqueue));
    this.#revisions.onChange(({ before, after }) => {
      const key = ownerKeyOf((after ?? before)!, StatefulSets.kind);
      if (key) enqueue(key);
    });
  }

  #podChanged({ before, after }: Change<Pod>, enqueue: (key: string) => void): void {
    const owners = [before, after].map((pod) => pod && ownerKeyOf(pod, StatefulSets.kind));
    for (const key of new Set(owners)) if (key) enqueue(key);
    if (!after || controllerOf(after)) return;
    for (const statefulSet of this.#statefulSets.list()) {
      const isHere = statefulSet.metadata.namespace === after.metadata.namespace;
      if (isHere && labelSelectorOf(statefulSet.spec!.selector).matches(after.metadata.labels ?? {}))
        enqueue(keyOf(statefulSet));
    }
  }

  observe(key: string): Observed | undefined {
    const statefulSet = this.#statefulSets.get(key);
    if (!statefulSet) return undefined;
    const selector = labelSelectorOf(statefulSet.spec!.selector);
    const uid = uidOf(statefulSet);
    const namespace = statefulSet.metadata.namespace!;
    return {
      statefulSet,
      pods: claim(
        statefulSet,
        selector,
        this.#pods.controlledBy(uid),
        this.#pods.orphansIn(namespace),
        (pod) => isMemberOf(statefulSet, pod),
      ),
      revisions: claim(
        statefulSet,
        selector,
        this.#revisions.byIndex('controller', uid),
        this.#revisions.byIndex('orphans', namespace),
      ),
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planStatefulSet(seen, now);
  }

  async execute({ statefulSet }: Observed, action: Action, client: Client): Promise<void> {
    const reference = controllerReference(StatefulSets, statefulSet);
    switch (action.kind) {
      case 'createPod':
        return this.#podActions.create(client, statefulSet, action.pod);
      case 'deletePod':
        return this.#podActions.delete(client, statefulSet, action.pod);
      case 'identifyPod':
        return this.#podActions.identify(client, statefulSet, action.pod);
      case 'adoptPod':
        return adopt(client, Pods, action.pod, reference);
      case 'releasePod':
        return release(client, Pods, action.pod, statefulSet);
      case 'adoptRevision':
        return adopt(client, ControllerRevisions, action.revision, reference);
      case 'releaseRevision':
        return release(client, ControllerRevisions, action.revision, statefulSet);
      case 'createRevision':
        return this.#createRevision(statefulSet, action.revision, client);
      case 'renumberRevision':
        await client.update(ControllerRevisions, { ...action.revision, revision: action.number });
        return;
      case 'deleteRevision':
        await client.delete(ControllerRevisions, refOf(action.revision));
        return;
      case 'countCollision':
        return this.#countCollision(statefulSet, client);
      case 'updateStatus':
        return updateStatus(client, StatefulSets, statefulSet, action.status);
    }
  }

  /** One of that name and of the same template was made before a crash, or left by a namesake, and serves. */
  async #createRevision(
    statefulSet: StatefulSet,
    revision: ControllerRevision,
    client: Client,
  ): Promise<void> {
    try {
      await client.create(ControllerRevisions, revision);
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
      const existing = await client.get(ControllerRevisions, refOf(revision));
      if (isOfTemplate(existing, { ...statefulSet, spec: statefulSet.spec! })) return;
      await this.#countCollision(statefulSet, client);
      throw error;
    }
  }

  async #countCollision(statefulSet: StatefulSet, client: Client): Promise<void> {
    const collisionCount = (statefulSet.status?.collisionCount ?? 0) + 1;
    const status = { replicas: 0, ...statefulSet.status, collisionCount };
    await updateStatus(client, StatefulSets, statefulSet, status);
  }
}
