import type { Clock, Ms } from '../clock/clock.ts';
import type { CoreV1Event } from '../generated/types.ts';

/** Per source and object: so many events at once, then one every five minutes (client-go's spam filter). */
const BURST = 25;
const REFILL_MS = 300_000;
/** More than so many different messages of one reason within ten minutes are told as one (client-go's aggregator). */
const SIMILAR_LIMIT = 10;
const SIMILAR_WINDOW_MS = 600_000;
/** Series that were quiet for so long are forgotten. */
const FORGET_AFTER_MS = 3_600_000;
const PRUNE_EVERY_MS = 600_000;

interface Budget {
  tokens: number;
  at: Ms;
}

interface SimilarMessages {
  messages: Set<string>;
  at: Ms;
}

interface Series {
  event: CoreV1Event;
  at: Ms;
}

/** Decides what becomes of an event: a new one, one more on an existing one, or nothing (client-go's EventCorrelator). */
export class EventCorrelator {
  readonly #clock: Clock;
  readonly #budgets = new Map<string, Budget>();
  readonly #similar = new Map<string, SimilarMessages>();
  readonly #series = new Map<string, Series>();
  #prunedAt: Ms = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The event to write, with `count` above 1 when it repeats an earlier one of the returned name; undefined when there are too many. */
  correlate(event: CoreV1Event): CoreV1Event | undefined {
    const now = this.#clock.elapsed();
    this.#prune(now);
    const about = event.involvedObject;
    const object = `${event.source?.component} ${about.kind} ${about.namespace}/${about.name} ${about.uid} ${about.fieldPath ?? ''}`;
    if (!this.#takeToken(object, now)) return undefined;
    const combined = this.#combine(event, `${object} ${event.type} ${event.reason}`, now);
    return this.#count(combined, `${object} ${event.type} ${event.reason} ${combined.message}`, now);
  }

  #takeToken(object: string, now: Ms): boolean {
    const budget = this.#budgets.get(object) ?? { tokens: BURST, at: now };
    const tokens = Math.min(BURST, budget.tokens + (now - budget.at) / REFILL_MS);
    const has = tokens >= 1;
    this.#budgets.set(object, { tokens: has ? tokens - 1 : tokens, at: now });
    return has;
  }

  #combine(event: CoreV1Event, kind: string, now: Ms): CoreV1Event {
    let similar = this.#similar.get(kind);
    if (!similar || now - similar.at > SIMILAR_WINDOW_MS) {
      similar = { messages: new Set(), at: now };
      this.#similar.set(kind, similar);
    }
    if (similar.messages.size < SIMILAR_LIMIT) similar.messages.add(event.message ?? '');
    similar.at = now;
    if (similar.messages.size < SIMILAR_LIMIT) return event;
    return { ...event, message: `(combined from similar events): ${event.message}` };
  }

  #count(event: CoreV1Event, key: string, now: Ms): CoreV1Event {
    const isCombined = event.message?.startsWith('(combined');
    const seriesKey = isCombined ? key.slice(0, key.indexOf('(combined')) : key;
    const earlier = this.#series.get(seriesKey);
    const counted = earlier
      ? {
          ...event,
          metadata: earlier.event.metadata,
          firstTimestamp: earlier.event.firstTimestamp!,
          count: (earlier.event.count ?? 1) + 1,
        }
      : event;
    this.#series.set(seriesKey, { event: counted, at: now });
    return counted;
  }

  #prune(now: Ms): void {
    if (now - this.#prunedAt < PRUNE_EVERY_MS) return;
    this.#prunedAt = now;
    for (const memory of [this.#budgets, this.#similar, this.#series]) {
      for (const [key, { at }] of memory) if (now - at > FORGET_AFTER_MS) memory.delete(key);
    }
  }
}
