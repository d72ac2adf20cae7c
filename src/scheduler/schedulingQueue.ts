import type { ObjectKey } from '../apimachinery/object.ts';
import type { Cancel, Clock, Ms } from '../clock/clock.ts';
import { BinaryHeap } from './binaryHeap.ts';
import type { Filter } from './plugin.ts';
import { asksForTheSame, type PodInfo, priorityOf } from './podInfo.ts';

/** A failed attempt is followed by a pause: 1 s doubling, as upstream. */
const FIRST_BACKOFF_MS = 1_000;
const LONGEST_BACKOFF_MS = 10_000;
/** An unschedulable pod is tried again after so long even if nothing seems to have changed. */
const FLUSH_AFTER_MS = 300_000;

type Place =
  | { readonly kind: 'active' }
  /** Taken out by `pop`, until it is rejected, sent back or deleted. */
  | { readonly kind: 'inFlight'; readonly isEarly: boolean }
  | { readonly kind: 'backingOff'; readonly cancel: Cancel }
  | { readonly kind: 'unschedulable'; readonly rejectedBy: ReadonlySet<Filter> };

/** A pod that waits for a node. */
export interface QueuedPod {
  readonly info: PodInfo;
  /** How often it was tried. */
  readonly attempts: number;
}

interface Entry {
  info: PodInfo;
  readonly order: number;
  attempts: number;
  failedAt: Ms;
  place: Place;
}

/**
 * Pods without a node: the active ones by priority, then age; those that pause after a failure; and the unschedulable ones, which
 * wait for an event that could help.
 *
 * A pod that such an event was right for need not sit out its pause while the scheduler has nothing else to do (KEP-5142). Where
 * upstream would then try every pausing pod after every event, here the first that is rejected again ends it until the next event:
 * a thousand pods that wait for room cost no thousand attempts for each pod that ends.
 */
export class SchedulingQueue {
  readonly #clock: Clock;
  readonly #onActive: () => void;
  readonly #entries = new Map<ObjectKey, Entry>();
  readonly #active = new BinaryHeap<Entry>(comesBefore);
  readonly #unschedulable = new Set<Entry>();
  /** Of those that are backing off the ones whose pause an event may cut short. */
  readonly #pausing = new Set<Entry>();
  #cutsPausesShort = false;
  #arrivals = 0;
  #flush: Cancel | undefined;

  /** `onActive` is called whenever there is something to pop. */
  constructor(clock: Clock, onActive: () => void) {
    this.#clock = clock;
    this.#onActive = onActive;
  }

  /** How many pods wait, whatever for. */
  get size(): number {
    return this.#entries.size;
  }

  /** Takes in a pod, or what is new about it. */
  add(info: PodInfo): void {
    const entry = this.#entries.get(info.key);
    if (!entry) {
      this.#insert(info);
      return;
    }
    const before = entry.info;
    entry.info = info;
    if (entry.place.kind === 'unschedulable' && !asksForTheSame(before.pod, info.pod)) this.#retry(entry);
  }

  get(key: ObjectKey): QueuedPod | undefined {
    return this.#entries.get(key);
  }

  delete(key: ObjectKey): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#leave(entry);
    this.#entries.delete(key);
  }

  /** The next pod to try. It stays known until it is deleted: tell `reject` or `sendBack` when it got no node. */
  pop(): QueuedPod | undefined {
    const active = this.#nextActive();
    const entry = active ?? this.#nextPausing();
    if (!entry) return undefined;
    this.#leave(entry);
    entry.place = { kind: 'inFlight', isEarly: !active };
    entry.attempts++;
    return entry;
  }

  /** No node was right for it; it waits for an event that helps one of these filters (any event, when there are none). */
  reject(key: ObjectKey, rejectedBy: ReadonlySet<Filter>): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    if (entry.place.kind === 'inFlight' && entry.place.isEarly) this.#cutsPausesShort = false;
    entry.failedAt = this.#clock.elapsed();
    entry.place = { kind: 'unschedulable', rejectedBy };
    this.#unschedulable.add(entry);
    this.#armFlush();
  }

  /** Something went wrong on the way to its node; it comes again after a pause. */
  sendBack(key: ObjectKey): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    entry.failedAt = this.#clock.elapsed();
    this.#retry(entry);
  }

  /** Tries those unschedulable pods again for which the event may have made a difference: after their pause, or when all is quiet. */
  wake(mayHelp: (info: PodInfo, rejectedBy: ReadonlySet<Filter>) => boolean): void {
    for (const entry of this.#unschedulable) {
      if (entry.place.kind === 'unschedulable' && mayHelp(entry.info, entry.place.rejectedBy))
        this.#cutShort(entry);
    }
  }

  /** Ends all waiting. */
  stop(): void {
    this.#flush?.();
    for (const key of [...this.#entries.keys()]) this.delete(key);
  }

  #insert(info: PodInfo): void {
    const entry: Entry = {
      info,
      order: this.#arrivals++,
      attempts: 0,
      failedAt: this.#clock.elapsed(),
      place: { kind: 'active' },
    };
    this.#entries.set(info.key, entry);
    this.#activate(entry);
  }

  #nextActive(): Entry | undefined {
    for (;;) {
      const entry = this.#active.pop();
      // The heap may hold what was deleted meanwhile.
      if (!entry || (entry.place.kind === 'active' && this.#entries.get(entry.info.key) === entry))
        return entry;
    }
  }

  /** The one whose pause ends first. */
  #nextPausing(): Entry | undefined {
    if (!this.#cutsPausesShort) return undefined;
    let next: Entry | undefined;
    for (const entry of this.#pausing) if (!next || pauseEnd(entry) < pauseEnd(next)) next = entry;
    return next;
  }

  #cutShort(entry: Entry): void {
    this.#retry(entry);
    if (entry.place.kind !== 'backingOff') return;
    this.#pausing.add(entry);
    this.#cutsPausesShort = true;
    this.#onActive();
  }

  #retry(entry: Entry): void {
    this.#leave(entry);
    const leftMs = pauseEnd(entry) - this.#clock.elapsed();
    if (leftMs <= 0) this.#activate(entry);
    else
      entry.place = { kind: 'backingOff', cancel: this.#clock.callIn(leftMs, () => this.#activate(entry)) };
  }

  #activate(entry: Entry): void {
    this.#pausing.delete(entry);
    entry.place = { kind: 'active' };
    this.#active.push(entry);
    this.#onActive();
  }

  #leave(entry: Entry): void {
    if (entry.place.kind === 'backingOff') entry.place.cancel();
    this.#unschedulable.delete(entry);
    this.#pausing.delete(entry);
  }

  /** One timer, for the pod that has waited longest: it is the first in the set. */
  #armFlush(): void {
    const [longest] = this.#unschedulable;
    if (this.#flush || !longest) return;
    const leftMs = longest.failedAt + FLUSH_AFTER_MS - this.#clock.elapsed();
    this.#flush = this.#clock.callIn(leftMs, () => {
      this.#flush = undefined;
      const oldest = this.#clock.elapsed() - FLUSH_AFTER_MS;
      for (const entry of this.#unschedulable) if (entry.failedAt <= oldest) this.#retry(entry);
      this.#armFlush();
    });
  }
}

const pauseEnd = ({ failedAt, attempts }: Entry): Ms => failedAt + backoffMs(attempts);

export const backoffMs = (attempts: number): number =>
  attempts === 0 ? 0 : Math.min(FIRST_BACKOFF_MS * 2 ** (attempts - 1), LONGEST_BACKOFF_MS);

const comesBefore = (a: Entry, b: Entry): boolean => {
  const difference = priorityOf(b.info) - priorityOf(a.info);
  return difference < 0 || (difference === 0 && a.order < b.order);
};
