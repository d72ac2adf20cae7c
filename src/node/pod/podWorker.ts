import { isStatusError } from '../../apimachinery/errors.ts';
import { nameOf, uidOf } from '../../apimachinery/object.ts';
import { type Cancel, delay } from '../../clock/clock.ts';
import type { Container, Pod } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import type { NodeContext } from '../nodeContext.ts';
import { ContainerProbes } from '../probes/containerProbes.ts';
import type { ProbeKind } from '../probes/prober.ts';
import { removeVolumes } from '../volumes/volumes.ts';
import { goDuration, nextBackOff } from './backOff.ts';
import { containersOf, type PodContainer } from './containers.ts';
import { endingGraceSeconds } from './ending.ts';
import { imagePullBackOff } from './imagePulling.ts';
import { launchContainer } from './launch.ts';
import { type PodAction, planPod } from './plan.ts';
import { PodEvents, podText } from './podEvents.ts';
import { memoryOf, type PodMemory, type SeenPod } from './podMemory.ts';
import { podStatus } from './podStatus.ts';
import { preparePod } from './prepare.ts';
import { StatusWriter } from './statusWriter.ts';
import { stopContainer } from './stop.ts';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;

const PROBE_NAMES: Record<ProbeKind, string> = {
  startup: 'Startup',
  liveness: 'Liveness',
  readiness: 'Readiness',
};

/** Brings one pod to where its spec wants it: plans, does what the plan says, and writes the status. */
export class PodWorker {
  readonly #context: NodeContext;
  readonly #memory: PodMemory;
  readonly #events: PodEvents;
  readonly #status: StatusWriter;
  readonly #probes = new Map<string, ContainerProbes>();
  readonly #failures = new Map<string, number>();
  readonly #toldLimitations = new Set<string>();
  readonly #onFinished: () => void;
  readonly #untilGone = new AbortController();
  #pod: Pod;
  #lookAgain: Cancel | undefined;
  #isSyncDue = false;
  #isStopped = false;

  constructor(pod: Pod, memory: PodMemory, context: NodeContext, onFinished: () => void) {
    this.#pod = pod;
    this.#memory = memory;
    this.#context = context;
    this.#onFinished = onFinished;
    this.#events = new PodEvents(context.recorder);
    this.#status = new StatusWriter({
      client: context.client,
      clock: context.clock,
      current: () => ({ pod: this.#pod, status: podStatus(this.#seen(), this.#facts()) }),
      onWritten: (written) => this.#takeNewer(written),
    });
    for (const placed of containersOf(pod)) this.#startProbes(placed);
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

  /** The API has the pod no more: whatever is left of it goes. */
  remove(): void {
    this.#memory.isGone = true;
    this.#untilGone.abort();
    this.#status.stop();
    this.#wake();
  }

  /** The runtime says that a container has started or ended. */
  async containerChanged(containerId: string): Promise<void> {
    const life = await this.#context.runtime.containerStatus(containerId);
    const container = life && this.#memory.containers.get(life.name);
    if (!life || container?.current?.id !== containerId || this.#isStopped) return;
    container.current = life;
    const placed = containersOf(this.#pod).find(({ name }) => name === life.name);
    if (life.state === 'exited') this.#containerEnded(life.name);
    else if (placed) this.#startProbes(placed);
    this.#wake();
  }

  /** Lets go of the pod without touching it. */
  stop(): void {
    this.#isStopped = true;
    this.#lookAgain?.();
    this.#status.stop();
    for (const probes of this.#probes.values()) probes.stop();
  }

  #takeNewer(pod: Pod): boolean {
    if (Number(pod.metadata.resourceVersion) <= Number(this.#pod.metadata.resourceVersion)) return false;
    this.#pod = pod;
    return true;
  }

  #seen(): SeenPod {
    return { pod: this.#pod, memory: this.#memory, now: this.#context.clock.now() };
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
    const { actions, lookAgainAt } = planPod(this.#seen());
    for (const action of actions) this.#carryOut(action);
    if (lookAgainAt !== undefined) {
      this.#lookAgain = this.#context.clock.callAt(lookAgainAt, () => this.#wake());
    }
    const isOnItsWay = this.#memory.operations.has('prepare') || this.#memory.operations.has('launch');
    if (!this.#memory.isGone) this.#status.refresh(isOnItsWay ? this.#context.statusDelayMs : 0);
  }

  #carryOut(action: PodAction): void {
    switch (action.kind) {
      case 'prepare':
        this.#operate('prepare', () => this.#prepare());
        break;
      case 'launch':
        this.#launch(action);
        break;
      case 'holdBack':
        this.#holdBack(action);
        break;
      case 'showImageBackOff':
        this.#showImageBackOff(action.container);
        break;
      case 'stop':
        this.#stopContainer(action);
        break;
      case 'fail':
        this.#fail(action);
        break;
      case 'tidy':
        this.#operate('tidy', () => this.#tidy());
        break;
      case 'confirmDeletion':
        this.#operate('confirm', () => this.#confirmDeletion());
        break;
    }
  }

  /** Does something that takes time, once at a time. When it fails it stays under way for a while, so that it is not tried at once. */
  #operate(name: string, work: () => Promise<void>): void {
    if (this.#memory.operations.has(name)) return;
    this.#memory.operations.add(name);
    const finish = async () => {
      try {
        await work();
        this.#failures.delete(name);
      } catch (error) {
        await this.#backOff(name, error);
      }
      this.#memory.operations.delete(name);
      this.#wake();
    };
    void finish();
  }

  async #backOff(name: string, error: unknown): Promise<void> {
    const { clock, reportError } = this.#context;
    const failures = this.#failures.get(name) ?? 0;
    this.#failures.set(name, failures + 1);
    reportError(`${name} of pod ${podText(this.#pod)}`, error);
    await delay(clock, Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
  }

  async #prepare(): Promise<void> {
    const memory = this.#memory;
    const attempt = memory.sandbox ? memory.sandbox.config.attempt + 1 : 0;
    const prepared = await preparePod(this.#pod, attempt, memory.prepareFailures, this.#context);
    if ('sandbox' in prepared) {
      memory.sandbox = prepared.sandbox;
      memory.address = prepared.sandbox.ip;
      memory.prepareFailures = 0;
    } else {
      memory.prepareFailures++;
      memory.prepareAgainAt = this.#context.clock.now() + prepared.retryInMs;
    }
  }

  #launch({ container, attempt }: PodAction & { kind: 'launch' }): void {
    const memory = memoryOf(this.#memory, container.name);
    const ended = memory.current?.state === 'exited' ? memory.current : undefined;
    // Another try to pull an image is no new failure of the container.
    if (ended && !memory.waiting?.reason.includes('Image')) {
      memory.backOff = nextBackOff(
        memory.backOff,
        ended.finishedAt ?? ended.createdAt,
        this.#context.clock.now(),
      );
    }
    const sandbox = this.#memory.sandbox!;
    this.#operate('launch', async () => {
      await launchContainer(
        {
          pod: this.#pod,
          placed: container,
          attempt,
          sandbox,
          memory,
          isWanted: () => endingGraceSeconds(this.#seen()) === undefined,
          onStarted: (config) => {
            this.#tellLimitations(this.#context.runtime.limitations(sandbox.config, [config]));
            this.#startProbes(container);
            this.#wake();
          },
        },
        this.#context,
      );
    });
  }

  #showImageBackOff(placed: PodContainer): void {
    const memory = memoryOf(this.#memory, placed.name);
    const image = placed.spec.image ?? '';
    memory.waiting = imagePullBackOff(image, memory.waiting!);
    this.#events.normal(this.#pod, placed, 'BackOff', `Back-off pulling image "${image}"`);
    this.#events.warning(this.#pod, placed, 'Failed', 'Error: ImagePullBackOff');
  }

  #holdBack({ container, delayMs }: PodAction & { kind: 'holdBack' }): void {
    const text = `restarting failed container ${container.name} in pod ${podText(this.#pod)}`;
    memoryOf(this.#memory, container.name).waiting = {
      reason: 'CrashLoopBackOff',
      message: `back-off ${goDuration(delayMs)} restarting failed container=${container.name} pod=${podText(this.#pod)}`,
    };
    this.#events.warning(this.#pod, container, 'BackOff', `Back-off ${text}`);
  }

  #stopContainer({ container: placed, gracePeriodSeconds, because }: PodAction & { kind: 'stop' }): void {
    const memory = memoryOf(this.#memory, placed.name);
    const life = memory.current;
    if (!life) return;
    const isHurried = memory.stoppingGraceSeconds !== undefined;
    memory.stoppingGraceSeconds = gracePeriodSeconds;
    this.#probes.get(placed.name)?.stop(['startup', 'liveness']);
    const { sandbox } = this.#memory;
    this.#operate(`stop/${placed.name}/${gracePeriodSeconds}`, async () => {
      const request = { pod: this.#pod, placed, life, sandbox, gracePeriodSeconds, because, isHurried };
      await stopContainer(request, this.#context);
      await this.containerChanged(life.id);
    });
  }

  #fail({ reason, message }: PodAction & { kind: 'fail' }): void {
    this.#memory.failure = { reason, message };
    this.#events.normal(this.#pod, undefined, reason, message);
    this.#wake();
  }

  /** Gives back the sandbox and its address; when the pod has gone from the API, everything. */
  async #tidy(): Promise<void> {
    const { runtime, addresses, volumesDirectory } = this.#context;
    const { sandbox, isGone } = this.#memory;
    if (sandbox) {
      await runtime.stopPodSandbox(sandbox.id);
      this.#memory.sandbox = { ...sandbox, state: 'notReady' };
      if (isGone) await runtime.removePodSandbox(sandbox.id);
    }
    addresses.release(uidOf(this.#pod));
    if (!isGone) return;
    await removeVolumes(this.#pod, volumesDirectory);
    this.stop();
    this.#onFinished();
  }

  async #confirmDeletion(): Promise<void> {
    this.#status.refresh(0);
    await this.#status.flush();
    const { name, namespace, uid } = this.#pod.metadata;
    try {
      await this.#context.client.delete(
        Pods,
        { name: name ?? nameOf(this.#pod), namespace },
        { gracePeriodSeconds: 0, preconditions: { uid: uid ?? '' } },
      );
      // What finalizers still hold is not ours to wait for: the API says when it has gone.
      await delay(this.#context.clock, LONGEST_RETRY_MS, this.#untilGone.signal);
    } catch (error) {
      if (!isStatusError(error, 'NotFound', 'Conflict')) throw error;
    }
  }

  #tellLimitations(texts: readonly string[]): void {
    for (const text of texts) {
      if (this.#toldLimitations.has(text)) continue;
      this.#toldLimitations.add(text);
      this.#events.warning(this.#pod, undefined, 'RuntimeLimitation', text);
    }
  }

  #containerEnded(name: string): void {
    this.#probes.get(name)?.stop();
    this.#probes.delete(name);
    const memory = memoryOf(this.#memory, name);
    memory.stoppingGraceSeconds = undefined;
    memory.condemned = undefined;
    memory.startup = undefined;
    memory.readiness = undefined;
  }

  #startProbes(placed: PodContainer): void {
    const container = placed.spec as Container;
    const memory = this.#memory.containers.get(placed.name);
    const life = memory?.current;
    const { sandbox } = this.#memory;
    if (life?.state !== 'running' || !sandbox || this.#probes.has(placed.name)) return;
    if (!container.startupProbe && !container.livenessProbe && !container.readinessProbe) return;
    const { runtime, clock } = this.#context;
    const { ip: address, reachableAt } = sandbox;
    this.#probes.set(
      placed.name,
      new ContainerProbes({
        target: { runtime, clock, containerId: life.id, container, address, reachableAt },
        startedAt: life.startedAt ?? life.createdAt,
        onVerdict: (kind, isPassed) => this.#takeVerdict(placed, kind, isPassed),
        onFailure: (kind, message) =>
          this.#events.warning(
            this.#pod,
            placed,
            'Unhealthy',
            `${PROBE_NAMES[kind]} probe failed: ${message}`,
          ),
      }),
    );
  }

  #takeVerdict(placed: PodContainer, kind: ProbeKind, isPassed: boolean): void {
    const memory = memoryOf(this.#memory, placed.name);
    if (kind === 'readiness') memory.readiness = isPassed;
    else if (kind === 'startup') memory.startup = isPassed;
    if (kind !== 'readiness' && !isPassed) {
      const container = placed.spec as Container;
      memory.condemned = {
        message: `Container ${placed.name} failed ${kind} probe, will be restarted`,
        gracePeriodSeconds: container[`${kind}Probe`]?.terminationGracePeriodSeconds,
      };
    }
    this.#wake();
  }
}

/** As container ids begin: `simulated://…`. */
const runtimeScheme = (name: string): string => (name === 'cri' ? 'containerd' : name);
