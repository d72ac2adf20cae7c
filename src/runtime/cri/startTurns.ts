import { availableParallelism } from 'node:os';
import { type Clock, delay } from '../../clock/clock.ts';

/** To start a pod is work for processors, a good deal of it spent on waiting for the kernel. */
const AT_ONCE = 2 * availableParallelism();
/** What hangs keeps others waiting no longer than this. */
const LONGEST_TURN_MS = 5_000;
/** How long what tidies up may be kept waiting by what starts. */
const PATIENCE_MS = 1_000;

/** What is nearer to its end comes first: pods get ready one after the other, not all of them late. */
const URGENCIES = ['container', 'sandbox'] as const;
type Urgency = (typeof URGENCIES)[number];

/** Who starts something on this host waits for a turn, so that a rush of pods does not slow down each of them; who tidies up stands back. */
export class StartTurns {
  readonly #clock: Clock;
  readonly #atOnce: number;
  readonly #waiting = new Map<Urgency, (() => void)[]>(URGENCIES.map((urgency) => [urgency, []]));
  readonly #calm = new Set<() => void>();
  #running = 0;

  constructor(clock: Clock, atOnce = AT_ONCE) {
    this.#clock = clock;
    this.#atOnce = atOnce;
  }

  async start<T>(urgency: Urgency, work: () => Promise<T>): Promise<T> {
    if (this.#running < this.#atOnce) this.#running++;
    else await new Promise<void>((resolve) => this.#waiting.get(urgency)!.push(resolve));
    let isOver = false;
    const end = () => {
      if (!isOver) this.#handOn();
      isOver = true;
    };
    const cancel = this.#clock.callIn(LONGEST_TURN_MS, end);
    try {
      return await work();
    } finally {
      cancel();
      end();
    }
  }

  /** Resolves when nothing is being started, or after a while. */
  async calm(): Promise<void> {
    if (this.#running === 0) return;
    const isTold = new AbortController();
    const tell = () => isTold.abort();
    this.#calm.add(tell);
    await delay(this.#clock, PATIENCE_MS, isTold.signal);
    this.#calm.delete(tell);
  }

  /** The turn goes to who waits, if anybody does. */
  #handOn(): void {
    for (const urgency of URGENCIES) {
      const next = this.#waiting.get(urgency)!.shift();
      if (!next) continue;
      next();
      return;
    }
    this.#running--;
    if (this.#running === 0) for (const tell of [...this.#calm]) tell();
  }
}

const shared = new Map<string, StartTurns>();

/** The nodes of one process that share a runtime share the turns. */
export function turnsAt(socket: string, clock: Clock): StartTurns {
  const turns = shared.get(socket) ?? new StartTurns(clock);
  shared.set(socket, turns);
  return turns;
}
