import { messageOf } from '../../apimachinery/errors.ts';
import type { Ms } from '../../clock/clock.ts';
import type { Pod, ResourceRequirements } from '../../generated/types.ts';
import { hasSameAmounts, type ResizeProblem } from './allocation.ts';
import { containerResources } from './containerResources.ts';
import type { PodContainer } from './containers.ts';
import type { Operations } from './operations.ts';
import { resizeOf } from './planResize.ts';
import type { PodEvents } from './podEvents.ts';
import type { ExecutedPod } from './podExecutor.ts';
import { memoryOf } from './podMemory.ts';
import { resizeText } from './resizeEvents.ts';

interface PodResizerParts {
  readonly worker: ExecutedPod;
  readonly events: PodEvents;
  readonly operations: Operations;
  /** Tells once what the runtime cannot do. */
  tellLimitation(container: PodContainer, text: string): void;
}

/** A runtime that has refused new limits is asked again after so long. */
const RESIZE_RETRY_MS = 10_000;

/** Carries out what the plan of a pod says of a resize (KEP-1287), and tells of it as upstream does. */
export class PodResizer {
  readonly #parts: PodResizerParts;

  constructor(parts: PodResizerParts) {
    this.#parts = parts;
  }

  /** Decides whether the node has what the pod asks for by now. */
  allocate(): void {
    const { memory, context } = this.#parts.worker;
    const pod = this.#pod;
    const { generation = 0 } = pod.metadata;
    const isNew = !memory.allocated || !hasSameAmounts(pod.spec, memory.allocated);
    const problem = isNew ? this.#parts.worker.resizeProblem() : undefined;
    memory.judgedGeneration = pod.metadata.generation;
    if (problem) this.#refuse(problem, generation);
    else {
      memory.resizePending = undefined;
      memory.allocated = pod.spec;
      if (isNew) {
        memory.resizing = { generation, retryAt: context.clock.elapsed() };
        this.#parts.events.normal(pod, undefined, 'ResizeStarted', resizeText('started', pod));
        this.#parts.worker.allocationChanged();
      }
    }
    this.#parts.worker.wake();
  }

  #refuse(problem: ResizeProblem, generation: number): void {
    const { memory, context } = this.#parts.worker;
    const before = memory.resizePending;
    const judgedAt = context.clock.elapsed();
    memory.resizePending = { ...problem, generation, since: before?.since ?? judgedAt, judgedAt };
    const isKnown = before?.generation === generation && before.message === problem.message;
    if (isKnown && before.reason === problem.reason) return;
    const text = resizeText(problem.reason, this.#pod, problem.message);
    this.#parts.events.warning(this.#pod, undefined, `Resize${problem.reason}`, text);
  }

  /** Gives a running container what was set aside for it. */
  resize(placed: PodContainer, resources: ResourceRequirements): void {
    const { memory, context } = this.#parts.worker;
    const { runtime, clock, allocatable } = context;
    const container = memoryOf(memory, placed.name);
    const id = container.current?.id;
    if (id === undefined) return;
    this.#parts.operations.start(resizeOf(placed), async () => {
      try {
        await runtime.resizeContainer?.(id, containerResources(this.#pod, { resources }, allocatable.memory));
        if (container.current?.id === id) container.resources = resources;
        this.#tellUnlimited(placed);
      } catch (error) {
        const message = `failed to resize container ${JSON.stringify(placed.name)}: ${messageOf(error)}`;
        this.#failed(message, clock.elapsed() + RESIZE_RETRY_MS);
      }
    });
  }

  #failed(error: string, retryAt: Ms): void {
    const { memory } = this.#parts.worker;
    const { resizing } = memory;
    if (!resizing) return;
    memory.resizing = { ...resizing, error, retryAt };
    if (resizing.error === error) return;
    this.#parts.events.warning(this.#pod, undefined, 'ResizeError', resizeText('error', this.#pod, error));
  }

  /** Processes of the host have no limits that could be others. */
  #tellUnlimited(placed: PodContainer): void {
    if (this.#parts.worker.context.runtime.name !== 'process') return;
    const text = `Container ${placed.name} has no limits from the process runtime, before a resize and after`;
    this.#parts.tellLimitation(placed, text);
  }

  /** All containers have what was set aside for them. */
  complete(): void {
    const { memory } = this.#parts.worker;
    memory.resizing = undefined;
    this.#parts.events.normal(this.#pod, undefined, 'ResizeCompleted', resizeText('completed', this.#pod));
    this.#parts.worker.wake();
  }

  get #pod(): Pod {
    return this.#parts.worker.seen().pod;
  }
}
