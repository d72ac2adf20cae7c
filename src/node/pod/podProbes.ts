import { momentOf } from '../../clock/clock.ts';
import type { Container } from '../../generated/types.ts';
import type { NodeContext } from '../nodeContext.ts';
import { ContainerProbes } from '../probes/containerProbes.ts';
import type { ProbeKind } from '../probes/prober.ts';
import type { PodContainer } from './containers.ts';
import { memoryOf, type PodMemory } from './podMemory.ts';

export interface PodProbesOptions {
  readonly memory: PodMemory;
  readonly context: NodeContext;
  /** Each failure of a probe, in upstream's words. */
  readonly onFailure: (placed: PodContainer, message: string) => void;
  /** A verdict has changed what is remembered. */
  readonly onVerdict: () => void;
}

const NAMES: Record<ProbeKind, string> = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' };

/** The probes of a pod's running containers; their verdicts go into the pod's memory. */
export class PodProbes {
  readonly #options: PodProbesOptions;
  readonly #running = new Map<string, ContainerProbes>();

  constructor(options: PodProbesOptions) {
    this.#options = options;
  }

  /** Begins to probe a container, if it runs and has probes. */
  start(placed: PodContainer): void {
    const { memory, context } = this.#options;
    const container = placed.spec as Container;
    const life = memory.containers.get(placed.name)?.current;
    if (life?.state !== 'running' || !memory.sandbox || this.#running.has(placed.name)) return;
    if (!container.startupProbe && !container.livenessProbe && !container.readinessProbe) return;
    const { runtime, clock } = context;
    const { ip: address, reachableAt } = memory.sandbox;
    const probes = new ContainerProbes({
      target: { runtime, clock, containerId: life.id, container, address, reachableAt },
      startedAt: momentOf(clock, life.startedAt ?? life.createdAt),
      onVerdict: (kind, isPassed) => this.#takeVerdict(placed, kind, isPassed),
      onFailure: (kind, message) =>
        this.#options.onFailure(placed, `${NAMES[kind]} probe failed: ${message}`),
    });
    this.#running.set(placed.name, probes);
  }

  /** The container is being ended: only whether it still serves is of interest. */
  ending(name: string): void {
    this.#running.get(name)?.stop(['startup', 'liveness']);
  }

  stop(name: string): void {
    this.#running.get(name)?.stop();
    this.#running.delete(name);
  }

  stopAll(): void {
    for (const name of [...this.#running.keys()]) this.stop(name);
  }

  #takeVerdict(placed: PodContainer, kind: ProbeKind, isPassed: boolean): void {
    const memory = memoryOf(this.#options.memory, placed.name);
    if (kind === 'readiness') memory.readiness = isPassed;
    else if (kind === 'startup') memory.startup = isPassed;
    if (kind !== 'readiness' && !isPassed) {
      memory.condemned = {
        message: `Container ${placed.name} failed ${kind} probe, will be restarted`,
        gracePeriodSeconds: (placed.spec as Container)[`${kind}Probe`]?.terminationGracePeriodSeconds,
      };
    }
    this.#options.onVerdict();
  }
}
