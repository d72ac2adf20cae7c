import type { Clock } from '../../clock/clock.ts';
import type {
  ContainerDiskStats,
  ContainerStats,
  HostStats,
  PodNetworkStats,
  RuntimeStats,
} from '../stats.ts';
import type { SimulatedContainer } from './container.ts';

/** What simulated containers are said to use (`behaviour.ts`): the same all the time, from their start on. A node uses what they do. */
export class SimulatedStats implements RuntimeStats {
  readonly #clock: Clock;
  readonly #all: () => Iterable<SimulatedContainer>;
  /** What containers used that are gone: what a machine has used never becomes less. */
  #past = 0;

  constructor(clock: Clock, all: () => Iterable<SimulatedContainer>) {
    this.#clock = clock;
    this.#all = all;
  }

  async containers(): Promise<readonly ContainerStats[]> {
    return [...this.#all()].filter(({ isRunning }) => isRunning).map((container) => this.#statsOf(container));
  }

  async networks(): Promise<readonly PodNetworkStats[]> {
    return [];
  }

  async disks(): Promise<readonly ContainerDiskStats[]> {
    return [];
  }

  async host(): Promise<HostStats> {
    const containers = await this.containers();
    const sum = (amount: (stats: ContainerStats) => number) =>
      containers.reduce((total, stats) => total + amount(stats), 0);
    return {
      at: this.#clock.elapsed(),
      cpu: {
        coreNanoseconds: this.#past + sum(({ cpu }) => cpu.coreNanoseconds),
        nanoCores: sum(({ cpu }) => cpu.nanoCores ?? 0),
      },
      memory: { workingSet: sum(({ memory }) => memory.workingSet) },
    };
  }

  /** A container ends now. */
  ended(container: SimulatedContainer): void {
    this.#past += coreNanoseconds(container);
  }

  #statsOf(container: SimulatedContainer): ContainerStats {
    const { nanoCores, memoryBytes } = container.options.behaviour;
    return {
      containerId: container.options.id,
      at: this.#clock.elapsed(),
      cpu: { coreNanoseconds: coreNanoseconds(container), nanoCores },
      memory: { workingSet: memoryBytes, usage: memoryBytes, rss: memoryBytes },
    };
  }
}

const coreNanoseconds = ({ runsForMs, options }: SimulatedContainer): number =>
  Math.round((options.behaviour.nanoCores * runsForMs) / 1000);
