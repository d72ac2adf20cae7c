import { deepEqual, uidOf } from '../../apimachinery/object.ts';
import type { Cancel } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import type { NodeContext } from '../nodeContext.ts';
import type { ResizeProblem } from './allocation.ts';
import { containersOf } from './containers.ts';
import { planPod } from './plan.ts';
import { PodEvents, podText } from './podEvents.ts';
import { PodExecutor } from './podExecutor.ts';
import { memoryOf, noteEnds, type PodFailure, type PodMemory, type SeenPod } from './podMemory.ts';
import { PodProbes } from './podProbes.ts';
import { podStatus } from './podStatus.ts';
import { StatusWriter } from './statusWriter.ts';
import { withTerminationMessage } from './terminationMessage.ts';

/** What the pods of a node settle among themselves. */
export interface Neighbours {
  /** Why the node cannot give the pod what it asks for by now; undefined when it can. */
  resizeProblem(pod: Pod): ResizeProblem | undefined;
  /** A pod takes something else of the node than before. */
  allocationChanged(): void;
  /** Nothing is left of the pod. */
  finished(): void;
}

/** Brings one pod to where its spec wants it: plans, does what the plan says, and writes the status. */
export class PodWorker {
  readonly #context: NodeContext;
  readonly #memory: PodMemory;
  readonly #status: StatusWriter;
  readonly #probes: PodProbes;
  readonly #executor: PodExecutor;
  #pod: Pod;
  #lookAgain: Cancel | undefined;
  #isSyncDue = false;
  #isStopped = false;

  constructor(pod: Pod, memory: PodMemory, context: NodeContext, neighbours: Neighbours) {
    this.#pod = pod;
    takeAllocation(pod, memory);
    this.#memory = memory;
    this.#context = context;
    this.#status = new StatusWriter({
      client: context.client,
      clock: context.clock,
      current: () => ({ pod: this.#pod, status: podStatus(this.#seen(), this.#facts()) }),
      onWritten: (written) => this.#takeAnswer(written),
      onError: (error) => context.reportError(`write the status of pod ${podText(this.#pod)}`, error),
    });
    const events = new PodEvents(context.recorder);
    this.#probes = new PodProbes({
      memory,
      context,
      onFailure: (placed, message) => events.warning(this.#pod, placed, 'Unhealthy', message),
      onVerdict: () => this.#wake(),
    });
    const isStopped = () => this.#isStopped;
    this.#executor = new PodExecutor({
      memory,
      context,
      probes: this.#probes,
      get isStopped() {
        return isStopped();
      },
      seen: () => this.#seen(),
      resizeProblem: () => neighbours.resizeProblem(this.#pod),
      allocationChanged: () => neighbours.allocationChanged(),
      wake: () => this.#wake(),
      takeNewer: (newer) => this.#takeNewer(newer),
      containerChanged: (id) => this.containerChanged(id),
      writeStatus: () => this.#status.flush(),
      finish: () => {
        this.stop();
        neighbours.finished();
      },
    });
    for (const placed of containersOf(pod)) this.#probes.start(placed);
    this.#wake();
  }

  get pod(): Pod {
    return this.#pod;
  }

  get memory(): Readonly<PodMemory> {
    return this.#memory;
  }

  /** The API has a newer version of the pod. */
  update(pod: Pod): void {
    if (this.#takeNewer(pod)) this.#wake();
  }

  /** The node cannot keep the pod any longer: it fails, once its containers have ended. */
  fail(failure: PodFailure): void {
    this.#memory.failure ??= failure;
    this.#wake();
  }

  /** There may be room for a resize that was put off. */
  reconsiderResize(): void {
    this.#memory.judgedGeneration = undefined;
    this.#wake();
  }

  /** The API has the pod no more: whatever is left of it goes. */
  remove(): void {
    this.#memory.isGone = true;
    this.#status.stop();
    this.#wake();
  }

  /** The runtime says that a container has started or ended. */
  async containerChanged(containerId: string): Promise<void> {
    const life = await this.#context.runtime.containerStatus(containerId);
    const container = life && this.#memory.containers.get(life.name);
    if (!life || container?.current?.id !== containerId || this.#isStopped) return;
    const placed = containersOf(this.#pod).find(({ name }) => name === life.name);
    if (life.state === 'exited') {
      container.current = placed ? await withTerminationMessage(life, placed, this.#context.runtime) : life;
      this.#containerEnded(life.name);
    } else {
      container.current = life;
      if (placed) this.#probes.start(placed);
    }
    this.#wake();
  }

  /** Lets go of the pod without touching it. */
  stop(): void {
    this.#isStopped = true;
    this.#context.starting.note(uidOf(this.#pod), false);
    this.#lookAgain?.();
    this.#status.stop();
    this.#probes.stopAll();
  }

  /** Lets go of the pod and ends its containers by their grace period, also one that is just being started. */
  async drain(): Promise<void> {
    this.stop();
    await Promise.all([this.#stopContainers(), this.#executor.settled().then(() => this.#stopContainers())]);
    const { sandbox } = this.#memory;
    if (sandbox && this.#context.runtime.name === 'cri')
      await this.#context.runtime.stopPodSandbox(sandbox.id);
  }

  async #stopContainers(): Promise<void> {
    const graceSeconds = this.#pod.spec.terminationGracePeriodSeconds ?? 30;
    const lives = [...this.#memory.containers.values()].map(({ current }) => current);
    await Promise.all(
      lives
        .filter((life) => life?.state === 'running')
        .map((life) => this.#context.runtime.stopContainer(life!.id, graceSeconds)),
    );
  }

  #takeNewer(pod: Pod): boolean {
    if (Number(pod.metadata.resourceVersion) <= Number(this.#pod.metadata.resourceVersion)) return false;
    this.#pod = pod;
    return true;
  }

  /** The answer may be the first to tell of what others did, its deletion for instance: the watch then brings nothing newer. */
  #takeAnswer(written: Pod): void {
    const known = this.#pod;
    if (this.#takeNewer(written) && !isSameRequest(known, written)) this.#wake();
  }

  #seen(): SeenPod {
    const { clock } = this.#context;
    return { pod: this.#pod, memory: this.#memory, now: clock.now(), elapsed: clock.elapsed() };
  }

  #facts() {
    return { hostIPs: this.#context.hostIPs, runtimeName: runtimeScheme(this.#context.runtime.name) };
  }

  /** Many reasons to look may come together: one look is enough. */
  #wake(): void {
    if (this.#isSyncDue || this.#isStopped) return;
    this.#isSyncDue = true;
    queueMicrotask(() => {
      this.#isSyncDue = false;
      if (!this.#isStopped) this.#sync();
    });
  }

  #sync(): void {
    this.#lookAgain?.();
    const { clock, starting } = this.#context;
    noteEnds(this.#memory, clock);
    const seen = this.#seen();
    const { actions, lookAgainAt } = planPod(seen);
    for (const action of actions) this.#executor.carryOut(action);
    if (lookAgainAt !== undefined)
      this.#lookAgain = clock.callIn(lookAgainAt - seen.elapsed, () => this.#wake());
    const isOnItsWay = this.#memory.operations.has('prepare') || this.#memory.operations.has('launch');
    starting.note(uidOf(this.#pod), isOnItsWay);
    if (!this.#memory.isGone) this.#status.refresh(isOnItsWay ? starting.statusDelayMs : 0);
  }

  #containerEnded(name: string): void {
    this.#probes.stop(name);
    const memory = memoryOf(this.#memory, name);
    memory.stoppingGraceSeconds = undefined;
    memory.condemned = undefined;
    memory.startup = undefined;
    memory.readiness = undefined;
  }
}

/** A pod that is taken in gets what it asks for. */
function takeAllocation({ spec, metadata }: Pod, memory: PodMemory): void {
  if (memory.allocated) return;
  memory.allocated = spec;
  memory.judgedGeneration = metadata.generation;
}

/** Whether what is asked of the node is the same in both. */
const isSameRequest = ({ metadata: a }: Pod, { metadata: b }: Pod): boolean =>
  a.generation === b.generation &&
  a.deletionTimestamp === b.deletionTimestamp &&
  deepEqual(a.labels, b.labels) &&
  deepEqual(a.annotations, b.annotations);

/** As container ids begin: `simulated://…`. */
const runtimeScheme = (name: string): string => (name === 'cri' ? 'containerd' : name);
