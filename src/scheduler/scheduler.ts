import { isStatusError, messageOf } from '../apimachinery/errors.ts';
import { deepEqual, isBeingDeleted, keyOf, nameOf, type ObjectKey } from '../apimachinery/object.ts';
import type { Client } from '../client/client.ts';
import type { EventRecorder } from '../client/eventRecorder.ts';
import type { Change } from '../client/informer.ts';
import type { Informers } from '../client/informers.ts';
import type { Cancel, Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { Namespace, Node, Pod } from '../generated/types.ts';
import { Namespaces, Nodes, Pods } from '../resources/kinds.ts';
import { isTerminal } from '../resources/pod/podPhase.ts';
import { bindPod } from './bindPod.ts';
import { evictVictims } from './evictVictims.ts';
import { hasOtherImages, nodeChanges } from './nodeChanges.ts';
import type { NodeInfo } from './nodeInfo.ts';
import { Nominations } from './nominations.ts';
import type { ClusterEvent } from './plugin.ts';
import { type PodInfo, podInfoOf } from './podInfo.ts';
import { nodeBeingCleared, type Preemption } from './preemption.ts';
import { mayHelp } from './queueingHint.ts';
import { reportFailure } from './reportFailure.ts';
import { schedulePod } from './schedulePod.ts';
import { type QueuedPod, SchedulingQueue } from './schedulingQueue.ts';
import { Snapshot } from './snapshot.ts';

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  /** Of the component `default-scheduler`. */
  readonly recorder: EventRecorder;
}

/** The `spec.schedulerName` whose pods it takes. */
const SCHEDULER_NAME = 'default-scheduler';
/** So many pods are placed without a pause; then others have their turn. */
const BATCH = 128;

/** Gives each pod a node: a queue, a decision on the snapshot, and a binding written while the next decision is made. */
export class Scheduler {
  readonly #options: SchedulerOptions;
  readonly #snapshot = new Snapshot();
  readonly #queue: SchedulingQueue;
  /** Pods whose node is decided but not seen in the cache yet. */
  readonly #assumed = new Map<ObjectKey, PodInfo>();
  readonly #nominations = new Nominations();
  /** Bindings and evictions under way. */
  readonly #writes = new Set<Promise<void>>();
  #subscriptions: Cancel[] = [];
  #drainIsDue = false;
  #nextBatch: Cancel | undefined;
  #isReady = false;
  #startAt = 0;

  constructor(options: SchedulerOptions) {
    this.#options = options;
    this.#queue = new SchedulingQueue(options.clock, () => this.#drainSoon());
  }

  /** Pods that wait for a node (`scheduler_pending_pods`). */
  get pending(): number {
    return this.#queue.size;
  }

  /** Resolves once it has seen the cluster; it schedules from then on. */
  async start(): Promise<void> {
    const { informers } = this.#options;
    const [namespaces, nodes, pods] = [informers.of(Namespaces), informers.of(Nodes), informers.of(Pods)];
    this.#subscriptions = [
      namespaces.onChange((change) => this.#namespaceChanged(change)),
      nodes.onChange((change) => this.#nodeChanged(change)),
      pods.onChange((change) => this.#podChanged(change)),
    ];
    // Until all are known, a pod would be called unschedulable for want of nodes.
    await Promise.all([namespaces.start(), nodes.start(), pods.start()]);
    if (this.#subscriptions.length === 0) return;
    this.#isReady = true;
    this.#drainSoon();
  }

  /** Decides no more, and resolves when what is under way is written. */
  async stop(): Promise<void> {
    this.#isReady = false;
    for (const unsubscribe of this.#subscriptions.splice(0)) unsubscribe();
    this.#nextBatch?.();
    this.#queue.stop();
    await Promise.all(this.#writes);
  }

  #namespaceChanged({ before, after }: Change<Namespace>): void {
    this.#snapshot.setNamespaceLabels(nameOf(after ?? before!), after && (after.metadata.labels ?? {}));
  }

  #nodeChanged({ before, after }: Change<Node>): void {
    if (!after) {
      this.#snapshot.removeNode(nameOf(before!));
      this.#wake('nodeRemoved');
      return;
    }
    const changes = nodeChanges(before, after);
    if (changes.length === 0 && !(before && hasOtherImages(before, after))) return;
    this.#snapshot.setNode(after);
    for (const change of changes) this.#wake(change, this.#snapshot.node(nameOf(after)));
  }

  #podChanged({ before, after }: Change<Pod>): void {
    if (!after || isTerminal(after)) this.#podGone(keyOf(after ?? before!));
    else if (after.spec.nodeName) this.#podPlaced(before, after);
    else this.#podWaits(after);
  }

  #podGone(key: ObjectKey): void {
    this.#queue.delete(key);
    this.#nominations.delete(key);
    this.#assumed.delete(key);
    this.#removePlaced(key);
  }

  #podPlaced(before: Pod | undefined, after: Pod): void {
    const key = keyOf(after);
    this.#queue.delete(key);
    this.#nominations.delete(key);
    this.#assumed.delete(key);
    const roomier = this.#snapshot.setPod(after);
    if (roomier) this.#wake('podRemoved', roomier);
    if (!before?.spec.nodeName) this.#wake('podAssigned');
    else if (!deepEqual(before.metadata.labels, after.metadata.labels)) this.#wake('podLabels');
  }

  #podWaits(pod: Pod): void {
    const key = keyOf(pod);
    if (this.#assumed.get(key)?.pod.metadata.uid === pod.metadata.uid) return;
    // An older pod of this name: its end was not seen.
    if (this.#snapshot.hasPod(key)) this.#podGone(key);
    if (!wantsNode(pod)) {
      this.#queue.delete(key);
      this.#nominations.delete(key);
      return;
    }
    const info = podInfoOf(pod);
    // Known only from its status: nominated before this scheduler started.
    const isNew = this.#queue.get(key) === undefined;
    if (isNew && pod.status?.nominatedNodeName) this.#nominations.set(info, pod.status.nominatedNodeName);
    this.#queue.add(info);
  }

  #wake(event: ClusterEvent, node?: NodeInfo): void {
    this.#queue.wake((pod, rejectedBy) => mayHelp(event, node, pod, rejectedBy, this.#snapshot));
  }

  /** What arrives together is decided on together, after the caches have taken it all in. */
  #drainSoon(): void {
    if (this.#drainIsDue || !this.#isReady) return;
    this.#drainIsDue = true;
    queueMicrotask(() => this.#drain());
  }

  #drain(): void {
    this.#drainIsDue = false;
    if (!this.#isReady) return;
    for (let count = 0; count < BATCH; count++) {
      const pod = this.#queue.pop();
      if (!pod) return;
      this.#place(pod);
    }
    this.#drainIsDue = true;
    this.#nextBatch = this.#options.clock.callIn(0, () => this.#drain());
  }

  #place({ info }: QueuedPod): void {
    const options = { random: this.#options.random, startAt: this.#startAt };
    const outcome = this.#nominations.decide(info, this.#snapshot, () =>
      schedulePod(info, this.#snapshot, options),
    );
    if ('node' in outcome) {
      this.#startAt += outcome.lookedAt;
      this.#assume(info, outcome.node);
      return;
    }
    const { unschedulable, rejectedBy, preemption } = outcome;
    this.#queue.reject(info.key, rejectedBy);
    const nominatedNode = preemption?.node ?? nodeBeingCleared(info, this.#snapshot);
    if (!nominatedNode) this.#nominations.delete(info.key);
    reportFailure(this.#options, info.pod, {
      reason: 'Unschedulable',
      message: unschedulable,
      nominatedNode,
    });
    if (preemption) this.#preempt(info, preemption);
  }

  #preempt(info: PodInfo, preemption: Preemption): void {
    this.#nominations.outrank(info, preemption.node);
    this.#nominations.set(info, preemption.node);
    this.#track(evictVictims(this.#options, info.pod, preemption));
  }

  #assume(info: PodInfo, node: string): void {
    this.#snapshot.assume(info, node);
    this.#assumed.set(info.key, info);
    this.#nominations.delete(info.key);
    this.#track(this.#bind(info, node));
  }

  #track(work: Promise<void>): void {
    const write = work.finally(() => this.#writes.delete(write));
    this.#writes.add(write);
  }

  async #bind(info: PodInfo, node: string): Promise<void> {
    const { client, recorder } = this.#options;
    const { pod, key } = info;
    try {
      await bindPod(client, pod, node);
      recorder.event(pod, 'Normal', 'Scheduled', `Successfully assigned ${key} to ${node}`);
      if (this.#assumed.get(key) === info) this.#queue.delete(key);
    } catch (error) {
      this.#bindingFailed(info, error);
    }
  }

  #bindingFailed(info: PodInfo, error: unknown): void {
    if (this.#assumed.get(info.key) !== info) return;
    this.#forget(info);
    // Gone, or bound by somebody else: the cache will tell.
    if (isStatusError(error, 'NotFound')) return;
    this.#queue.sendBack(info.key);
    if (isStatusError(error, 'Conflict')) return;
    const why = messageOf(error);
    const message = `running Bind plugin "DefaultBinder": ${why}`;
    reportFailure(this.#options, info.pod, { reason: 'SchedulerError', message });
  }

  /** Takes back an assumption. */
  #forget({ key }: PodInfo): void {
    this.#assumed.delete(key);
    this.#removePlaced(key);
  }

  #removePlaced(key: ObjectKey): void {
    const node = this.#snapshot.removePod(key);
    if (node) this.#wake('podRemoved', node);
  }
}

/** Gates hold a pod back until somebody takes the last of them away (KEP-3521). */
const wantsNode = (pod: Pod): boolean =>
  !isBeingDeleted(pod) &&
  !pod.spec.schedulingGates?.length &&
  (pod.spec.schedulerName || SCHEDULER_NAME) === SCHEDULER_NAME;
