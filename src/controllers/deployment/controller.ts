import { isStatusError, messageOf } from '../../apimachinery/errors.ts';
import { labelSelectorOf } from '../../apimachinery/labels.ts';
import { controllerOf, keyOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Deployment, ReplicaSet } from '../../generated/types.ts';
import { Deployments, ReplicaSets } from '../../resources/kinds.ts';
import { isTerminal } from '../../resources/pod/podPhase.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { OwnedCache } from '../framework/ownedCache.ts';
import { adopt, controllerReference, ownerKeyOf, release } from '../framework/ownership.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { isOfTerminatingNamespace } from '../framework/terminatingNamespace.ts';
import { PodCache } from '../pods/podIndexes.ts';
import { isRolling } from './budget.ts';
import { type Action, isOfTemplate, type Observed, REVISION, replicasOf } from './observed.ts';
import { planDeployment } from './plan.ts';

const NONE: ReadonlySet<string> = new Set();

/** Moves deployments from one ReplicaSet to the next. */
export class DeploymentController implements Controller<Observed, Action> {
  readonly name = 'deployment';
  readonly #deployments: Informer<Deployment>;
  readonly #replicaSets: OwnedCache<ReplicaSet>;
  readonly #pods: PodCache;
  readonly #recorder: EventRecorder;
  readonly #creationFailures = new Map<string, string>();

  constructor(context: ControllerContext) {
    this.#deployments = context.informers.of(Deployments);
    this.#replicaSets = new OwnedCache(context.informers, ReplicaSets);
    this.#pods = new PodCache(context.informers);
    this.#recorder = context.recorder('deployment-controller');
  }

  watch(enqueue: (key: string) => void): void {
    this.#deployments.onChange(({ before, after }) => {
      if (!after) this.#creationFailures.delete(uidOf(before!));
      enqueue(keyOf((after ?? before)!));
    });
    this.#replicaSets.followOwners(Deployments.kind, enqueue);
    // A deployment that recreates waits for its last old pod to be gone.
    this.#pods.informer.onChange(({ before, after }) => {
      const hasEnded = before && (!after || (isTerminal(after) && !isTerminal(before)));
      const owner = hasEnded ? ownerKeyOf(before, ReplicaSets.kind) : undefined;
      const replicaSet = owner ? this.#replicaSets.informer.get(owner) : undefined;
      const key = replicaSet && ownerKeyOf(replicaSet, Deployments.kind);
      if (key) enqueue(key);
    });
  }

  observe(key: string): Observed | undefined {
    const deployment = this.#deployments.get(key);
    if (!deployment) return undefined;
    const owned = this.#replicaSets.controlledBy(uidOf(deployment));
    return {
      deployment,
      replicaSets: this.#replicaSets.claimedBy(deployment, labelSelectorOf(deployment.spec.selector)),
      withRunningPods: isRolling(deployment) ? NONE : this.#withRunningPods(owned),
      creationFailure: this.#creationFailures.get(uidOf(deployment)),
    };
  }

  #withRunningPods(replicaSets: readonly ReplicaSet[]): ReadonlySet<string> {
    const isRunning = (uid: string) => this.#pods.controlledBy(uid).some((pod) => !isTerminal(pod));
    return new Set(replicaSets.map(uidOf).filter(isRunning));
  }

  plan(seen: Observed, now: EpochMs) {
    return planDeployment(seen, now);
  }

  async execute({ deployment }: Observed, action: Action, client: Client): Promise<void> {
    switch (action.kind) {
      case 'adopt':
        return adopt(client, ReplicaSets, action.replicaSet, controllerReference(Deployments, deployment));
      case 'release':
        return release(client, ReplicaSets, action.replicaSet, deployment);
      case 'createReplicaSet':
        return this.#create(client, deployment, action.replicaSet);
      case 'updateReplicaSet':
        return this.#update(client, deployment, action.replicaSet, action.next);
      case 'deleteReplicaSet':
        await client.delete(ReplicaSets, refOf(action.replicaSet), { propagationPolicy: 'Background' });
        return;
      case 'rollBack': {
        const { next, type, reason, message } = action.rollback;
        await client.update(Deployments, next);
        this.#recorder.event(deployment, type, reason, message);
        return;
      }
      case 'setRevision': {
        const body = { metadata: { annotations: { [REVISION]: action.revision } } };
        await client.patch(Deployments, refOf(deployment), { type: 'merge', body });
        return;
      }
      case 'updateStatus':
        return updateStatus(client, Deployments, deployment, action.status);
    }
  }

  async #create(client: Client, deployment: Deployment, replicaSet: ReplicaSet): Promise<void> {
    try {
      await client.create(ReplicaSets, replicaSet);
    } catch (error) {
      if (isStatusError(error, 'AlreadyExists'))
        return this.#nameIsTaken(client, deployment, replicaSet, error);
      this.#tellFailure(deployment, replicaSet, error);
      throw error;
    }
    this.#creationFailures.delete(uidOf(deployment));
    this.#tellScaled(deployment, replicaSet, 0, replicasOf(replicaSet));
  }

  /** By what was made before a crash, which is fine, or by another template: hashes collide, and the next look takes another name. */
  async #nameIsTaken(
    client: Client,
    deployment: Deployment,
    replicaSet: ReplicaSet,
    error: Error,
  ): Promise<void> {
    const existing = await client.get(ReplicaSets, refOf(replicaSet));
    const isOurs = controllerOf(existing)?.uid === uidOf(deployment);
    if (isOurs && isOfTemplate(existing, deployment)) return;
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1;
    await updateStatus(client, Deployments, deployment, { ...deployment.status, collisionCount });
    throw error;
  }

  #tellFailure(deployment: Deployment, replicaSet: ReplicaSet, error: unknown): void {
    if (isOfTerminatingNamespace(error)) return;
    const message = `Failed to create new replica set ${JSON.stringify(nameOf(replicaSet))}: ${messageOf(error)}`;
    this.#creationFailures.set(uidOf(deployment), message);
    this.#recorder.event(deployment, 'Warning', 'ReplicaSetCreateError', message);
  }

  async #update(client: Client, deployment: Deployment, before: ReplicaSet, next: ReplicaSet): Promise<void> {
    await client.update(ReplicaSets, next);
    this.#tellScaled(deployment, next, replicasOf(before), replicasOf(next));
  }

  #tellScaled(deployment: Deployment, replicaSet: ReplicaSet, from: number, to: number): void {
    if (from === to) return;
    const direction = to > from ? 'up' : 'down';
    const message = `Scaled ${direction} replica set ${nameOf(replicaSet)} from ${from} to ${to}`;
    this.#recorder.event(deployment, 'Normal', 'ScalingReplicaSet', message);
  }
}
