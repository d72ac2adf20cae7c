import type { Ms } from '../../clock/clock.ts';

interface Waiting<T> {
  readonly item: T;
  readonly due: Ms;
}
interface Lane<T> {
  /** In the order in which they are due; of one time, in which they came. */
  readonly waiting: Waiting<T>[];
  isBusy: boolean;
  closedUntil: Ms;
}

/** Who is sent next: one at a time to each host, the hosts in turn. What is not due yet does not hold up what is. */
export class Lanes<T> {
  readonly #lanes = new Map<string, Lane<T>>();

  add(host: string, item: T, due: Ms): void {
    const { waiting } = this.#lane(host);
    const place = waiting.findIndex((other) => other.due > due);
    waiting.splice(place < 0 ? waiting.length : place, 0, { item, due });
  }

  remove(host: string, item: T): void {
    const { waiting } = this.#lane(host);
    const place = waiting.findIndex((other) => other.item === item);
    if (place >= 0) waiting.splice(place, 1);
  }

  /** Takes what is due of a host to which nothing is on its way; the host is busy until `done`. */
  take(now: Ms): { readonly host: string; readonly item: T } | undefined {
    for (const [host, lane] of this.#lanes) {
      if (isIdle(lane, now)) this.#lanes.delete(host);
      const time = nextOf(lane);
      if (time === undefined || time > now) continue;
      const { item } = lane.waiting.shift()!;
      lane.isBusy = true;
      // To the end of the queue of hosts.
      this.#lanes.delete(host);
      this.#lanes.set(host, lane);
      return { host, item };
    }
    return undefined;
  }

  /** With `closedUntil` nothing is sent there before that time. */
  done(host: string, closedUntil: Ms = 0): void {
    const lane = this.#lane(host);
    lane.isBusy = false;
    lane.closedUntil = Math.max(lane.closedUntil, closedUntil);
  }

  /** When the next one is due of those hosts that are not busy. */
  nextDue(): Ms | undefined {
    const times = [...this.#lanes.values()].map(nextOf).filter((time) => time !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  #lane(host: string): Lane<T> {
    let lane = this.#lanes.get(host);
    if (!lane) {
      lane = { waiting: [], isBusy: false, closedUntil: 0 };
      this.#lanes.set(host, lane);
    }
    return lane;
  }
}

function nextOf<T>({ waiting, isBusy, closedUntil }: Lane<T>): Ms | undefined {
  const first = waiting[0];
  return first === undefined || isBusy ? undefined : Math.max(first.due, closedUntil);
}

const isIdle = <T>({ waiting, isBusy, closedUntil }: Lane<T>, now: Ms): boolean =>
  waiting.length === 0 && !isBusy && closedUntil <= now;
