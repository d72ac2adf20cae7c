import { isBeingDeleted, uidOf } from '../apimachinery/object.ts';
import type { Node, Pod } from '../generated/types.ts';
import { isTerminal } from '../resources/pod/podPhase.ts';
import type { ContainerEvent } from '../runtime/runtime.ts';
import type { NodeContext } from './nodeContext.ts';
import { admissionProblem, pressureProblem } from './pod/admission.ts';
import { asCounted, byTurn, type ResizeProblem, resizeProblem } from './pod/allocation.ts';
import { PodEvents } from './pod/podEvents.ts';
import { newPodMemory, type PodFailure, type PodMemory } from './pod/podMemory.ts';
import { PodWorker } from './pod/podWorker.ts';
import { type RuntimeInventory, recoverPod, takeInventory } from './pod/recovery.ts';
import { type MeasuredPod, measuredPod } from './stats/measuredPod.ts';
import { removeOrphanedVolumes, unmountVolumes } from './volumes/volumes.ts';

/**
 * How long the node takes to turn a pod away. Who makes the next one at once, a ReplicaSet or a StatefulSet, would else do so as fast as
 * it can, and on a virtual clock for ever at one moment. (Upstream's controllers are slowed down by how much they may ask for a second.)
 */
const REJECTION_MS = 1_000;

/** The pods of a node, each with its worker. */
export class PodSet {
  readonly #context: NodeContext;
  readonly #node: () => Node;
  readonly #inventory: RuntimeInventory;
  readonly #workers = new Map<string, PodWorker>();
  /** Pods whose earlier life is being looked up, and such that are being turned away, with their newest version. */
  readonly #recovering = new Map<string, Pod>();
  readonly #recoveries = new Set<Promise<void>>();
  /** Whose resize waits for room, by uid. */
  readonly #deferred = new Set<string>();
  #isStopped = false;

  private constructor(context: NodeContext, node: () => Node, inventory: RuntimeInventory) {
    this.#context = context;
    this.#node = node;
    this.#inventory = inventory;
  }

  /** Begins with what the runtime still has. `node` is asked for the newest version when a pod comes. */
  static async recover(context: NodeContext, node: () => Node): Promise<PodSet> {
    return new PodSet(context, node, await takeInventory(context));
  }

  find(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  /** All that are here, in their newest version. */
  get pods(): readonly Pod[] {
    return [...this.#workers.values()].map(({ pod }) => pod);
  }

  /** Those of which something runs. */
  get running(): readonly MeasuredPod[] {
    return [...this.#workers.values()].map(measuredPod).filter((pod) => pod !== undefined);
  }

  update(pod: Pod): void {
    if (this.#isStopped) return;
    const uid = uidOf(pod);
    const worker = this.#workers.get(uid);
    if (this.#deferred.size > 0 && isTerminal(pod)) this.#retryResizes();
    if (worker) worker.update(pod);
    else if (this.#recovering.has(uid)) this.#recovering.set(uid, pod);
    else this.#begin(pod);
  }

  /** The node cannot keep the pod any longer. */
  fail(pod: Pod, failure: PodFailure): void {
    this.#workers.get(uidOf(pod))?.fail(failure);
  }

  remove(pod: Pod): void {
    const uid = uidOf(pod);
    this.#recovering.delete(uid);
    this.#workers.get(uid)?.remove();
  }

  containerChanged({ podUid, containerId }: ContainerEvent): void {
    void this.#workers.get(podUid)?.containerChanged(containerId);
  }

  /** Ends what the runtime has of pods that the API no longer has, and takes away their volumes. */
  async removeOrphans(known: ReadonlySet<string>): Promise<void> {
    const { runtime } = this.#context;
    for (const [uid, sandboxes] of this.#inventory.sandboxes) {
      if (known.has(uid)) continue;
      for (const { id } of sandboxes) {
        await runtime.stopPodSandbox(id);
        await runtime.removePodSandbox(id);
      }
    }
    await removeOrphanedVolumes(this.#context.volumesDirectory, known);
  }

  /** Lets go of all pods; with `drain` their containers are ended first, all at once. One that cannot be ended is told of, and holds up no other. */
  async stop(drain: boolean): Promise<void> {
    this.#isStopped = true;
    // Whoever is still being looked up may have containers too.
    await Promise.all(this.#recoveries);
    const workers = [...this.#workers.values()];
    if (drain && this.#context.runtime.name !== 'simulated') {
      await Promise.all(workers.map((worker) => this.#drain(worker)));
      await unmountVolumes(this.#context.volumesDirectory);
    } else for (const worker of workers) worker.stop();
  }

  async #drain(worker: PodWorker): Promise<void> {
    await worker
      .drain()
      .catch((error) => this.#context.reportError(`stop pod ${worker.pod.metadata.name}`, error));
  }

  #begin(pod: Pod): void {
    if (pod.status?.startTime) {
      const recovery = this.#recover(pod).finally(() => this.#recoveries.delete(recovery));
      this.#recoveries.add(recovery);
      return;
    }
    const memory = newPodMemory(this.#context.clock.now());
    if (!isBeingDeleted(pod) && !isTerminal(pod)) this.#admit(pod, memory);
    if (memory.isRejected) this.#turnAway(pod, memory);
    else this.#work(pod, memory);
  }

  #turnAway(pod: Pod, memory: PodMemory): void {
    const uid = uidOf(pod);
    this.#recovering.set(uid, pod);
    this.#context.clock.callIn(REJECTION_MS, () => {
      const newest = this.#recovering.get(uid);
      this.#recovering.delete(uid);
      if (newest && !this.#isStopped) this.#work(newest, memory);
    });
  }

  async #recover(pod: Pod): Promise<void> {
    const uid = uidOf(pod);
    this.#recovering.set(uid, pod);
    const memory = await recoverPod(pod, this.#inventory, this.#context).catch((error) => {
      this.#context.reportError(`recover pod ${pod.metadata.name}`, error);
      return newPodMemory(this.#context.clock.now());
    });
    const newest = this.#recovering.get(uid);
    this.#recovering.delete(uid);
    this.#work(newest ?? pod, memory);
    if (!newest) this.#workers.get(uid)?.remove();
  }

  #admit(pod: Pod, memory: PodMemory): void {
    const problem =
      admissionProblem(pod, this.#node(), this.#beside(pod)) ??
      pressureProblem(pod, this.#context.pressures());
    if (!problem) return;
    memory.failure = problem;
    memory.isRejected = true;
    new PodEvents(this.#context.recorder).warning(pod, undefined, problem.reason, problem.message);
  }

  #work(pod: Pod, memory: PodMemory): void {
    const uid = uidOf(pod);
    const neighbours = {
      resizeProblem: (newest: Pod) => this.#resizeProblem(newest),
      allocationChanged: () => this.#retryResizes(),
      finished: () => {
        this.#workers.delete(uid);
        this.#deferred.delete(uid);
        this.#retryResizes();
      },
    };
    this.#workers.set(uid, new PodWorker(pod, memory, this.#context, neighbours));
  }

  /** The other pods that take something of the node, each with what is set aside for it. */
  #beside(pod: Pod): Pod[] {
    const uid = uidOf(pod);
    return [...this.#workers.values()]
      .filter((worker) => uidOf(worker.pod) !== uid && !isTerminal(worker.pod))
      .map((worker) => asCounted(worker.pod, worker.memory));
  }

  #resizeProblem(pod: Pod): ResizeProblem | undefined {
    const problem = resizeProblem(pod, this.#node(), this.#beside(pod));
    if (problem?.reason === 'Deferred') this.#deferred.add(uidOf(pod));
    else this.#deferred.delete(uidOf(pod));
    return problem;
  }

  /** There may be room by now: one after the other, whoever's turn it is first. */
  #retryResizes(): void {
    if (this.#deferred.size === 0) return;
    const waiting = [...this.#deferred].flatMap((uid) => this.#workers.get(uid) ?? []);
    for (const worker of waiting.toSorted(byTurn)) worker.reconsiderResize();
  }
}
