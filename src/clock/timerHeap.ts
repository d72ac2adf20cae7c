import type { Cancel, EpochMs, Ms } from './clock.ts';

/** What a timer waits for: that the hour is its time, or that so much has elapsed, whatever the hour is set back to. */
type TimerKind = 'date' | 'delay';

interface Timer {
  /** By the hour as it is now. */
  time: EpochMs;
  readonly kind: TimerKind;
  readonly order: number;
  wake: () => void;
  cancelled: boolean;
  isWaiting: boolean;
}

/** So many cancelled timers may lie among the others. */
const MOST_CANCELLED = 1_000;

/** Timers by time; those of the same time in the order in which they were added. */
export class TimerHeap {
  readonly #heap: Timer[] = [];
  #added = 0;
  #cancelled = 0;

  add(time: EpochMs, wake: () => void, kind: TimerKind): Cancel {
    const timer: Timer = { time, kind, order: this.#added++, wake, cancelled: false, isWaiting: true };
    this.#heap.push(timer);
    this.#rise(this.#heap.length - 1);
    return () => this.#cancel(timer);
  }

  peek(): Timer | undefined {
    while (this.#heap[0]?.cancelled) this.#removeFirst();
    return this.#heap[0];
  }

  pop(): Timer | undefined {
    const first = this.peek();
    if (first) this.#removeFirst();
    return first;
  }

  /** Takes out all whose time has come, in order. */
  popDue(now: EpochMs): Timer[] {
    const due: Timer[] = [];
    for (let next = this.peek(); next && next.time <= now; next = this.peek()) due.push(this.pop()!);
    return due;
  }

  /** The hour was set back by so much: delays end that much earlier by it, dates stay. */
  shiftDelays(by: Ms): void {
    for (const timer of this.#heap) if (timer.kind === 'delay') timer.time -= by;
    this.#forgetCancelled();
  }

  #cancel(timer: Timer): void {
    if (timer.cancelled) return;
    timer.cancelled = true;
    timer.wake = () => {};
    if (!timer.isWaiting) return;
    this.#cancelled++;
    if (this.#cancelled > MOST_CANCELLED && this.#cancelled > this.#heap.length / 2) this.#forgetCancelled();
  }

  /** Most timers are cancelled long before their time: they must not pile up. What is left is in order. */
  #forgetCancelled(): void {
    const kept = this.#heap.filter((timer) => !timer.cancelled).sort((a, b) => (isBefore(a, b) ? -1 : 1));
    this.#heap.length = 0;
    for (const timer of kept) this.#heap.push(timer);
    this.#cancelled = 0;
  }

  #removeFirst(): void {
    const first = this.#heap[0]!;
    first.isWaiting = false;
    if (first.cancelled) this.#cancelled--;
    const last = this.#heap.pop();
    if (!last || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink(0);
  }

  #rise(index: number): void {
    const heap = this.#heap;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!isBefore(heap[index]!, heap[parent]!)) return;
      swap(heap, index, parent);
      index = parent;
    }
  }

  #sink(index: number): void {
    const heap = this.#heap;
    for (;;) {
      let first = index;
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && isBefore(heap[child]!, heap[first]!)) first = child;
      }
      if (first === index) return;
      swap(heap, index, first);
      index = first;
    }
  }
}

const isBefore = (a: Timer, b: Timer) => a.time < b.time || (a.time === b.time && a.order < b.order);

function swap(heap: Timer[], a: number, b: number): void {
  const held = heap[a]!;
  heap[a] = heap[b]!;
  heap[b] = held;
}
