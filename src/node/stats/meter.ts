import { type Clock, delay, type Ms } from '../../clock/clock.ts';
import type { ContainerStats, HostStats, RuntimeStats } from '../../runtime/stats.ts';

/** The least time between two looks: processors are counted in hundredths of a second, of which a rate takes some. */
export const SHORTEST_WINDOW_MS = 1_000;
/** An average over a longer time would not say what is used now. */
export const LONGEST_WINDOW_MS = 60_000;

/** All that was seen at one time. */
export interface Look {
  readonly at: Ms;
  readonly host: HostStats;
  /** By their identifiers. */
  readonly containers: ReadonlyMap<string, ContainerStats>;
}

/** Two looks, between which lies the time over which a rate is an average. */
export interface Looks {
  readonly latest: Look;
  /** Absent where a runtime knows rates by itself. */
  readonly before: Look | undefined;
}

/** Looks at what a node uses when it is asked to, and never by itself. It remembers the last two looks. */
export class Meter {
  readonly #clock: Clock;
  readonly #stats: Pick<RuntimeStats, 'containers' | 'host'>;
  #latest: Look | undefined;
  #before: Look | undefined;
  #looking: Promise<Look> | undefined;

  constructor(clock: Clock, stats: Pick<RuntimeStats, 'containers' | 'host'>) {
    this.#clock = clock;
    this.#stats = stats;
  }

  /** What was seen a moment ago, or is seen now. Rejects when the runtime does not tell. */
  async look(): Promise<Look> {
    const isFresh = this.#latest && this.#clock.elapsed() - this.#latest.at < SHORTEST_WINDOW_MS;
    if (isFresh && !this.#looking) return this.#latest!;
    this.#looking ??= this.#lookAnew().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  /** With a look before it that is neither too near nor too far: who asks first, or after a while, waits for a second look. */
  async looks(): Promise<Looks> {
    const latest = await this.look();
    if (knowsRates(latest)) return { latest, before: this.#beforeThat(latest) };
    const before = this.#beforeThat(latest);
    if (before) return { latest, before };
    await delay(this.#clock, SHORTEST_WINDOW_MS - (this.#clock.elapsed() - latest.at));
    const second = await this.look();
    return { latest: second, before: latest };
  }

  #beforeThat({ at }: Look): Look | undefined {
    return this.#before && at - this.#before.at <= LONGEST_WINDOW_MS ? this.#before : undefined;
  }

  async #lookAnew(): Promise<Look> {
    const at = this.#clock.elapsed();
    const [containers, host] = await Promise.all([this.#stats.containers(), this.#stats.host()]);
    const look = { at, host, containers: new Map(containers.map((each) => [each.containerId, each])) };
    this.#before = this.#latest;
    this.#latest = look;
    return look;
  }
}

const knowsRates = ({ host, containers }: Look): boolean =>
  [host, ...containers.values()].every(({ cpu }) => cpu.nanoCores !== undefined);
