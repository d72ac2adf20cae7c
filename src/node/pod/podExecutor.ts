import { goDuration } from '../../apimachinery/goDuration.ts';
import { isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import { refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import { delay } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { Pods } from '../../resources/kinds.ts';
import type { ContainerConfig, Sandbox } from '../../runtime/runtime.ts';
import type { NodeContext } from '../nodeContext.ts';
import { removeVolumes } from '../volumes/volumes.ts';
import { asAllocated, type ResizeProblem } from './allocation.ts';
import type { PodContainer } from './containers.ts';
import { endingGraceSeconds } from './ending.ts';
import { imagePullBackOff } from './imagePulling.ts';
import { launchContainer } from './launchContainer.ts';
import { Operations } from './operations.ts';
import type { PodAction } from './plan.ts';
import { PodEvents, podText } from './podEvents.ts';
import { memoryOf, type PodMemory, type SeenPod } from './podMemory.ts';
import type { PodProbes } from './podProbes.ts';
import { PodResizer } from './podResizer.ts';
import { nextRefresh, preparePod, refreshVolumes } from './preparePod.ts';
import { stopContainer } from './stopContainer.ts';

/** What the executor needs of the pod's worker. */
export interface ExecutedPod {
  readonly memory: PodMemory;
  readonly context: NodeContext;
  readonly probes: PodProbes;
  /** Let go of: nothing new is begun. */
  readonly isStopped: boolean;
  seen(): SeenPod;
  /** Why the node cannot give the pod what it asks for by now; undefined when it can. */
  resizeProblem(): ResizeProblem | undefined;
  /** The pod takes something else of the node than before. */
  allocationChanged(): void;
  /** What is known has changed. */
  wake(): void;
  /** The API has answered with a newer version of the pod. */
  takeNewer(pod: Pod): void;
  containerChanged(containerId: string): Promise<void>;
  writeStatus(): Promise<void>;
  /** Nothing is left of the pod. */
  finish(): void;
}

/** The sandbox of a pod that has ended is in nobody's way: the processors are for its successor. */
const TIDY_MS = 300;
const TOUCHING_THE_HOST = ['prepare', 'refresh', 'launch', 'tidy'] as const;

type ActionOf<Kind extends PodAction['kind']> = PodAction & { readonly kind: Kind };

/** Carries out what the plan of a pod says. What takes time goes on in the background, and wakes the worker when it is done. */
export class PodExecutor {
  readonly #worker: ExecutedPod;
  readonly #events: PodEvents;
  readonly #operations: Operations;
  readonly #resizer: PodResizer;
  readonly #toldLimitations = new Set<string>();

  constructor(worker: ExecutedPod) {
    this.#worker = worker;
    const { context, memory } = worker;
    this.#events = new PodEvents(context.recorder);
    this.#operations = new Operations({
      clock: context.clock,
      names: memory.operations,
      onError: (name, error) => context.reportError(`${name} of pod ${podText(this.#pod)}`, error),
      onDone: () => worker.wake(),
    });
    this.#resizer = new PodResizer({
      worker,
      events: this.#events,
      operations: this.#operations,
      tellLimitation: (placed, text) => this.#tellLimitation(placed, text),
    });
  }

  carryOut(action: PodAction): void {
    switch (action.kind) {
      case 'prepare':
        this.#operations.start('prepare', () => this.#prepare());
        break;
      case 'refreshVolumes':
        this.#operations.start('refresh', () => this.#refreshVolumes());
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
        this.#stop(action);
        break;
      case 'allocate':
        this.#resizer.allocate();
        break;
      case 'resize':
        this.#resizer.resize(action.container, action.resources);
        break;
      case 'completeResize':
        this.#resizer.complete();
        break;
      case 'fail':
        this.#fail(action);
        break;
      case 'tidy':
        this.#operations.start('tidy', () => this.#tidy());
        break;
      case 'confirmDeletion':
        this.#operations.start('confirm', () => this.#confirmDeletion());
        break;
    }
  }

  /** Resolves when nothing is on its way any more that makes, or takes away, a sandbox, a volume or a container. */
  async settled(): Promise<void> {
    await Promise.all(TOUCHING_THE_HOST.map((name) => this.#operations.ended(name)));
  }

  get #pod(): Pod {
    return this.#worker.seen().pod;
  }

  async #prepare(): Promise<void> {
    const { memory, context } = this.#worker;
    const attempt = memory.sandbox ? memory.sandbox.config.attempt + 1 : 0;
    const prepared = await preparePod(this.#pod, attempt, memory.prepareFailures, context);
    if ('sandbox' in prepared) {
      memory.sandbox = prepared.sandbox;
      memory.address = prepared.sandbox.ip;
      memory.prepareFailures = 0;
      memory.refreshVolumesAt = nextRefresh(this.#pod, context);
    } else {
      memory.prepareFailures++;
      memory.prepareAgainAt = context.clock.elapsed() + prepared.retryInMs;
    }
  }

  async #refreshVolumes(): Promise<void> {
    const { memory, context } = this.#worker;
    await refreshVolumes(this.#pod, memory.address ?? '', context);
    memory.refreshVolumesAt = nextRefresh(this.#pod, context);
  }

  #launch({ container, attempt }: ActionOf<'launch'>): void {
    const { context } = this.#worker;
    const placed = asAllocated(this.#worker.memory, container);
    const sandbox = this.#worker.memory.sandbox!;
    const memory = memoryOf(this.#worker.memory, placed.name);
    const isWanted = () => !this.#worker.isStopped && endingGraceSeconds(this.#worker.seen()) === undefined;
    const onStarted = (config: ContainerConfig) => this.#started(placed, sandbox, config);
    const request = { pod: this.#pod, placed, attempt, sandbox, memory, isWanted, onStarted };
    this.#operations.start('launch', () => launchContainer(request, context));
  }

  #started(placed: PodContainer, sandbox: Sandbox, config: ContainerConfig): void {
    const { context, probes } = this.#worker;
    for (const text of context.runtime.limitations(sandbox.config, [config]))
      this.#tellLimitation(placed, text);
    probes.start(placed);
    this.#worker.wake();
  }

  #tellLimitation(placed: PodContainer, text: string): void {
    if (this.#toldLimitations.has(text)) return;
    this.#toldLimitations.add(text);
    this.#events.warning(this.#pod, placed, 'RuntimeLimitation', text);
  }

  #showImageBackOff(placed: PodContainer): void {
    const memory = memoryOf(this.#worker.memory, placed.name);
    const image = placed.spec.image ?? '';
    memory.waiting = imagePullBackOff(image, memory.waiting!);
    this.#events.normal(this.#pod, placed, 'BackOff', `Back-off pulling image "${image}"`);
    this.#events.warning(this.#pod, placed, 'Failed', 'Error: ImagePullBackOff');
  }

  #holdBack({ container: placed, delayMs }: ActionOf<'holdBack'>): void {
    const [name, pod] = [placed.name, podText(this.#pod)];
    memoryOf(this.#worker.memory, name).waiting = {
      reason: 'CrashLoopBackOff',
      message: `back-off ${goDuration(delayMs)} restarting failed container=${name} pod=${pod}`,
    };
    const message = `Back-off restarting failed container ${name} in pod ${pod}`;
    this.#events.warning(this.#pod, placed, 'BackOff', message);
  }

  #stop({ container: placed, gracePeriodSeconds, because, restarts }: ActionOf<'stop'>): void {
    const { context, probes } = this.#worker;
    const { sandbox } = this.#worker.memory;
    const memory = memoryOf(this.#worker.memory, placed.name);
    const life = memory.current;
    if (!life) return;
    const isHurried = memory.stoppingGraceSeconds !== undefined;
    memory.stoppingGraceSeconds = gracePeriodSeconds;
    memory.isToRestart = restarts === true;
    probes.ending(placed.name);
    const request = { pod: this.#pod, placed, life, sandbox, gracePeriodSeconds, because, isHurried };
    this.#operations.start(`stop/${placed.name}/${gracePeriodSeconds}`, async () => {
      await stopContainer(request, context);
      await this.#worker.containerChanged(life.id);
    });
  }

  #fail({ reason, message }: ActionOf<'fail'>): void {
    this.#worker.memory.failure = { reason, message };
    this.#events.normal(this.#pod, undefined, reason, message);
    this.#worker.wake();
  }

  /** Gives back the sandbox with its address, and the volumes; when the pod has gone from the API, everything. */
  async #tidy(): Promise<void> {
    const { memory, context, finish } = this.#worker;
    const { runtime, addresses, volumesDirectory } = context;
    const { sandbox, isGone } = memory;
    // Whoever follows on a pod that has ended by itself starts first.
    if (runtime.name === 'cri' && !isGone && !isBeingDeleted(this.#pod)) await delay(context.clock, TIDY_MS);
    if (sandbox) {
      await runtime.stopPodSandbox(sandbox.id);
      memory.sandbox = { ...sandbox, state: 'notReady' };
      if (isGone) await runtime.removePodSandbox(sandbox.id);
    }
    addresses.release(uidOf(this.#pod));
    await removeVolumes(this.#pod, volumesDirectory);
    if (isGone) finish();
  }

  /** Nothing runs any more. What finalizers still hold is not ours to wait for: the API says when it has gone. */
  async #confirmDeletion(): Promise<void> {
    const { context, memory } = this.#worker;
    await this.#worker.writeStatus();
    const left = await ignoreStatusError(
      context.client.delete(Pods, refOf(this.#pod), {
        gracePeriodSeconds: 0,
        preconditions: { uid: uidOf(this.#pod) },
      }),
      'NotFound',
      'Conflict',
    );
    if (left) this.#worker.takeNewer(left);
    memory.isDeletionConfirmed = true;
  }
}
