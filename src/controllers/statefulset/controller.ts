import { isStatusError, messageOf } from '../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Change, Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ControllerRevision, Pod, StatefulSet } from '../../generated/types.ts';
import { ControllerRevisions, Pods, StatefulSets } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { adopt, claim, controllerReference, ownerKeyOf, release } from '../framework/ownership.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { PodCache } from '../pods/podIndexes.ts';
import type { Action } from './actions.ts';
import { ordinalOf } from './identity.ts';
import { type Observed, planStatefulSet } from './plan.ts';
import { isOfTemplate } from './revisions.ts';

/** Keeps the pods of each StatefulSet: numbered, in order, each with a name of its own. */
export class StatefulSetController implements Controller<Observed, Action> {
  readonly name = 'statefulset';
  readonly #statefulSets: Informer<StatefulSet>;
  readonly #pods: PodCache;
  readonly #revisions: Informer<ControllerRevision>;
  readonly #recorder: EventRecorder;

  constructor(context: ControllerContext) {
    this.#statefulSets = context.informers.of(StatefulSets);
    this.#pods = new PodCache(context.informers);
    this.#revisions = context.informers
      .of(ControllerRevisions)
      .addIndex('controller', (revision) => [controllerOf(revision)?.uid ?? ''])
      .addIndex('orphans', (revision) => (controllerOf(revision) ? [] : [revision.metadata.namespace ?? '']));
    this.#recorder = context.recorder('statefulset-controller');
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
    // A pod of another name is none of its members, whatever its labels.
    const orphans = this.#pods
      .orphansIn(namespace)
      .filter((pod) => ordinalOf(statefulSet, pod) !== undefined);
    return {
      statefulSet,
      pods: claim(statefulSet, selector, this.#pods.controlledBy(uid), orphans),
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
        return this.#createPod(statefulSet, action.pod, client);
      case 'deletePod':
        return this.#deletePod(statefulSet, action, client);
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

  async #createPod(statefulSet: StatefulSet, pod: Pod, client: Client): Promise<void> {
    const what = `create Pod ${nameOf(pod)} in StatefulSet ${nameOf(statefulSet)}`;
    try {
      await client.create(Pods, pod);
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists')) throw error;
      const message = `${what} failed error: ${messageOf(error)}`;
      this.#recorder.event(statefulSet, 'Warning', 'FailedCreate', message);
      throw error;
    }
    this.#recorder.event(statefulSet, 'Normal', 'SuccessfulCreate', `${what} successful`);
  }

  async #deletePod(
    statefulSet: StatefulSet,
    { pod, because }: Extract<Action, { kind: 'deletePod' }>,
    client: Client,
  ): Promise<void> {
    this.#tellOfEnded(statefulSet, pod, because);
    const what = `delete Pod ${nameOf(pod)} in StatefulSet ${nameOf(statefulSet)}`;
    try {
      await client.delete(Pods, refOf(pod), { preconditions: { uid: uidOf(pod) } });
    } catch (error) {
      if (isStatusError(error, 'NotFound', 'Conflict')) return;
      const message = `${what} failed error: ${messageOf(error)}`;
      this.#recorder.event(statefulSet, 'Warning', 'FailedDelete', message);
      throw error;
    }
    this.#recorder.event(statefulSet, 'Normal', 'SuccessfulDelete', `${what} successful`);
  }

  #tellOfEnded(statefulSet: StatefulSet, pod: Pod, because: string): void {
    const where = `StatefulSet ${statefulSet.metadata.namespace}/${nameOf(statefulSet)}`;
    if (because === 'failed') {
      const message = `${where} is recreating failed Pod ${nameOf(pod)}`;
      this.#recorder.event(statefulSet, 'Warning', 'RecreatingFailedPod', message);
    } else if (because === 'ended') {
      const message = `${where} is recreating terminated Pod ${nameOf(pod)}`;
      this.#recorder.event(statefulSet, 'Normal', 'RecreatingTerminatedPod', message);
    }
  }

  /** One of that name may be there from before a crash; else two templates share a hash, and the next look takes another. */
  async #createRevision(
    statefulSet: StatefulSet,
    revision: ControllerRevision,
    client: Client,
  ): Promise<void> {
    try {
      await client.create(ControllerRevisions, revision);
    } catch (error) {
      if (!isStatusError(error, 'AlreadyExists')) throw error;
      if (isOfTemplate(await client.get(ControllerRevisions, refOf(revision)), statefulSet)) return;
      await this.#countCollision(statefulSet, client);
      throw error;
    }
  }

  async #countCollision(statefulSet: StatefulSet, client: Client): Promise<void> {
    const { status = { replicas: 0 } } = statefulSet;
    const collisionCount = (status.collisionCount ?? 0) + 1;
    await updateStatus(client, StatefulSets, statefulSet, { ...status, collisionCount });
  }
}
