import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { keyOf, nameOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { ControllerRevision, DaemonSet, Node } from '../../generated/types.ts';
import { ControllerRevisions, DaemonSets, Nodes, Pods } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { OwnedCache } from '../framework/ownedCache.ts';
import { adopt, controllerReference, release } from '../framework/ownership.ts';
import { createRevision } from '../framework/revisionActions.ts';
import { REVISION_HASH_LABEL } from '../framework/revisions.ts';
import { DEADLINE_EXCEEDED } from '../framework/statusConditions.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { createPod, deletePod, deletePodAsSeen } from '../pods/podActions.ts';
import { PodCache } from '../pods/podIndexes.ts';
import type { Action } from './actions.ts';
import { daemonPod } from './daemonPod.ts';
import { FailedDaemons } from './failedDaemons.ts';
import { changesPlacement } from './nodeChanges.ts';
import type { Observed } from './observed.ts';
import { targetNode } from './placement.ts';
import { planDaemonSet } from './plan.ts';

/** Keeps one pod of each DaemonSet on every node that it is for. */
export class DaemonSetController implements Controller<Observed, Action> {
  readonly name = 'daemonset';
  readonly #clock: ControllerContext['clock'];
  readonly #daemonSets: Informer<DaemonSet>;
  readonly #nodes: Informer<Node>;
  readonly #pods: PodCache;
  readonly #revisions: OwnedCache<ControllerRevision>;
  readonly #recorder: EventRecorder;
  readonly #failed: FailedDaemons;

  constructor(context: ControllerContext) {
    this.#clock = context.clock;
    this.#failed = new FailedDaemons(context.clock);
    this.#daemonSets = context.informers.of(DaemonSets);
    this.#nodes = context.informers.of(Nodes);
    this.#pods = new PodCache(context.informers);
    this.#revisions = new OwnedCache(context.informers, ControllerRevisions);
    this.#recorder = context.recorder('daemonset-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#daemonSets.onChange(({ before, after }) => {
      if (!after) this.#failed.forget(before!);
      enqueue(keyOf((after ?? before)!));
    });
    this.#nodes.onChange((change) => {
      if (changesPlacement(change))
        for (const daemonSet of this.#daemonSets.list()) enqueue(keyOf(daemonSet));
    });
    this.#pods.followOwners(DaemonSets.kind, enqueue);
    this.#pods.followOrphans(this.#daemonSets, selectorOf, enqueue);
    // One that is new is ours, or a copy that somebody made: as upstream does, copies are merged when there is something else to see to.
    this.#revisions.followOwners(DaemonSets.kind, enqueue, ({ before }) => before !== undefined);
  }

  observe(key: string): Observed | undefined {
    const daemonSet = this.#daemonSets.get(key);
    if (!daemonSet) return undefined;
    return {
      daemonSet,
      nodes: this.#nodes.list(),
      pods: this.#pods.claimedBy(daemonSet, selectorOf(daemonSet)),
      revisions: this.#revisions.claimedBy(daemonSet, selectorOf(daemonSet)),
      failedOn: this.#failed.of(daemonSet),
    };
  }

  plan(seen: Observed, now: EpochMs) {
    return planDaemonSet(seen, now);
  }

  async execute({ daemonSet }: Observed, action: Action, client: Client): Promise<void> {
    const reference = controllerReference(DaemonSets, daemonSet);
    switch (action.kind) {
      case 'createPod':
        await createPod(
          client,
          this.#recorder,
          daemonSet,
          daemonPod(daemonSet, action.node, this.#nodes.get(action.node), action.revisionHash),
        );
        return;
      case 'deletePod':
        return this.#delete(daemonSet, action, client);
      case 'adoptPod':
        return adopt(client, Pods, action.pod, reference);
      case 'releasePod':
        return release(client, Pods, action.pod, daemonSet);
      case 'adoptRevision':
        return adopt(client, ControllerRevisions, action.revision, reference);
      case 'releaseRevision':
        return release(client, ControllerRevisions, action.revision, daemonSet);
      case 'createRevision':
        return createRevision(client, daemonSet, action.revision, () =>
          this.#countCollision(daemonSet, client),
        );
      case 'renumberRevision':
        await client.update(ControllerRevisions, { ...action.revision, revision: action.number });
        return;
      case 'labelRevision':
        await client.patch(ControllerRevisions, refOf(action.revision), {
          type: 'merge',
          body: { metadata: { labels: { [REVISION_HASH_LABEL]: action.hash } } },
        });
        return;
      case 'deleteRevision':
        await client.delete(ControllerRevisions, refOf(action.revision));
        return;
      case 'relabelPod':
        await client.patch(Pods, refOf(action.pod), {
          type: 'merge',
          body: { metadata: { labels: { [REVISION_HASH_LABEL]: action.revisionHash } } },
        });
        return;
      case 'warnOfNoProgress':
        this.#recorder.event(daemonSet, 'Warning', DEADLINE_EXCEEDED, action.message);
        return;
      case 'countCollision':
        return this.#countCollision(daemonSet, client);
      case 'updateStatus':
        return updateStatus(client, DaemonSets, daemonSet, action.status);
    }
  }

  async #delete(
    daemonSet: DaemonSet,
    action: Extract<Action, { kind: 'deletePod' }>,
    client: Client,
  ): Promise<void> {
    const { pod, because } = action;
    const node = targetNode(pod) ?? '';
    const where = `${pod.metadata.namespace}/${nameOf(pod)} on node ${node}`;
    if (because === 'failed') {
      this.#failed.note(daemonSet, node);
      this.#recorder.event(
        daemonSet,
        'Warning',
        'FailedDaemonPod',
        `Found failed daemon pod ${where}, will try to kill it`,
      );
    } else if (because === 'succeeded') {
      const message = `Found succeeded daemon pod ${where}, will try to delete it`;
      this.#recorder.event(daemonSet, 'Normal', 'SucceededDaemonPod', message);
    }
    // Whether an old daemon may go depends on whether it serves anybody: it may have become ready since it was looked at.
    const remove = because === 'outdated' ? deletePodAsSeen : deletePod;
    await remove(client, this.#recorder, daemonSet, pod);
  }

  async #countCollision(daemonSet: DaemonSet, client: Client): Promise<void> {
    const collisionCount = (daemonSet.status?.collisionCount ?? 0) + 1;
    await updateStatus(client, DaemonSets, daemonSet, { ...daemonSet.status!, collisionCount });
  }
}

const selectorOf = ({ spec }: DaemonSet) => labelSelectorOf(spec.selector);
