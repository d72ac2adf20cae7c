import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { keyOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ControllerRevision, StatefulSet } from '../../generated/types.ts';
import { ControllerRevisions, Pods, StatefulSets } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { OwnedCache } from '../framework/ownedCache.ts';
import { adopt, controllerReference, release } from '../framework/ownership.ts';
import { createRevision } from '../framework/revisionActions.ts';
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
  readonly #revisions: OwnedCache<ControllerRevision>;
  readonly #podActions: StatefulPods;

  constructor(context: ControllerContext) {
    this.#statefulSets = context.informers.of(StatefulSets);
    this.#pods = new PodCache(context.informers);
    this.#revisions = new OwnedCache(context.informers, ControllerRevisions);
    this.#podActions = new StatefulPods(context.recorder('statefulset-controller'));
  }

  watch(enqueue: (key: string) => void): void {
    this.#statefulSets.onChange(({ before, after }) => enqueue(keyOf((after ?? before)!)));
    this.#pods.followOwners(StatefulSets.kind, enqueue);
    this.#pods.followOrphans(this.#statefulSets, selectorOf, enqueue);
    this.#revisions.followOwners(StatefulSets.kind, enqueue);
  }

  observe(key: string): Observed | undefined {
    const statefulSet = this.#statefulSets.get(key);
    if (!statefulSet) return undefined;
    const selector = selectorOf(statefulSet);
    return {
      statefulSet,
      pods: this.#pods.claimedBy(statefulSet, selector, (pod) => isMemberOf(statefulSet, pod)),
      revisions: this.#revisions.claimedBy(statefulSet, selector),
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
        return createRevision(client, { ...statefulSet, spec: statefulSet.spec! }, action.revision, () =>
          this.#countCollision(statefulSet, client),
        );
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

  async #countCollision(statefulSet: StatefulSet, client: Client): Promise<void> {
    const collisionCount = (statefulSet.status?.collisionCount ?? 0) + 1;
    const status = { replicas: 0, ...statefulSet.status, collisionCount };
    await updateStatus(client, StatefulSets, statefulSet, status);
  }
}

const selectorOf = ({ spec }: StatefulSet) => labelSelectorOf(spec!.selector);
