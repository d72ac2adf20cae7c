import { isStatusError } from '../apimachinery/errors.ts';
import type { KubernetesObject } from '../apimachinery/object.ts';
import { type Clock, type EpochMs, onceATurn, timestamp } from '../clock/clock.ts';
import type { CoreV1Event, ObjectReference } from '../generated/types.ts';
import { Events } from '../resources/kinds.ts';
import type { Client } from './client.ts';
import { EventCorrelator } from './eventCorrelator.ts';

/** What an event is about: an object, or a reference to one (whose `fieldPath` may name a container). */
export type EventSubject = KubernetesObject | ObjectReference;

export interface EventRecorderOptions {
  readonly client: Client;
  readonly clock: Clock;
  /** `daemonset-controller`, `kubelet`, … */
  readonly component: string;
  readonly host?: string;
}

/** Writes under way at once; the rest wait, so that events never crowd out the work that they tell of. */
const CONCURRENT_WRITES = 4;
/** Beyond so many waiting events new ones are dropped: events are best effort, as upstream. */
const LONGEST_BACKLOG = 20_000;

/** The moment of the last event's name, by the clock that it was read from. */
const lastMicroseconds = new WeakMap<Clock, number>();

/** Writes core/v1 Events, counting repeats on one Event instead of writing many. Never throws, never waits. */
export class EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #correlator: EventCorrelator;
  readonly #backlog: CoreV1Event[] = [];
  #writing = 0;
  readonly #nanosecond: number;
  /** What is told in one turn is written after what it tells of. */
  readonly #pumpSoon: () => void;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    this.#pumpSoon = onceATurn(options.clock, () => this.#pump());
    this.#correlator = new EventCorrelator(options.clock);
    this.#nanosecond = digest(options.component) % 1000;
  }

  event(about: EventSubject, type: 'Normal' | 'Warning', reason: string, message: string): void {
    if (this.#backlog.length >= LONGEST_BACKLOG) return;
    const event = this.#correlator.correlate(this.#newEvent(referenceTo(about), type, reason, message));
    if (!event) return;
    this.#backlog.push(event);
    this.#pumpSoon();
  }

  #newEvent(about: ObjectReference, type: string, reason: string, message: string): CoreV1Event {
    const { clock, component, host } = this.#options;
    const now = clock.now();
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${about.name}.${this.#nameEnd(now)}`, namespace: about.namespace || 'default' },
      involvedObject: about,
      reason,
      message: message.length > 1024 ? `${message.slice(0, 1021)}...` : message,
      source: { component, ...(host && { host }) },
      firstTimestamp: timestamp(now),
      lastTimestamp: timestamp(now),
      count: 1,
      type,
      reportingComponent: component,
      reportingInstance: host ?? '',
    };
  }

  /**
   * Nanoseconds in hexadecimal, as client-go names events. Microseconds count up within one millisecond, for all components
   * of this process together, so that a list shows what happened in the order in which it did; what is left is the component's
   * own, so that two processes that tell of one object at the same moment do not take each other's names.
   */
  #nameEnd(now: EpochMs): string {
    const { clock } = this.#options;
    const microsecond = Math.max((lastMicroseconds.get(clock) ?? 0) + 1, now * 1000);
    lastMicroseconds.set(clock, microsecond);
    return (BigInt(microsecond) * 1000n + BigInt(this.#nanosecond)).toString(16);
  }

  #pump(): void {
    while (this.#writing < CONCURRENT_WRITES && this.#backlog.length > 0) {
      this.#writing++;
      void this.#write(this.#backlog.shift()!).finally(() => {
        this.#writing--;
        this.#pump();
      });
    }
  }

  async #write(event: CoreV1Event): Promise<void> {
    const { client } = this.#options;
    const { name = '', namespace } = event.metadata;
    try {
      if ((event.count ?? 1) === 1) await client.create(Events, event);
      else {
        const { count, lastTimestamp, message } = event;
        await client.patch(
          Events,
          { name, namespace },
          { type: 'strategic', body: { count, lastTimestamp, message } },
        );
      }
    } catch (error) {
      if (isStatusError(error, 'NotFound'))
        await client.create(Events, { ...event, metadata: { name, namespace: namespace! } }).catch(() => {});
    }
  }
}

/** The reference that an event carries (`involvedObject`). */
function referenceTo(about: EventSubject): ObjectReference {
  if (!('metadata' in about)) return about as ObjectReference;
  const { apiVersion, kind, metadata } = about as KubernetesObject;
  return {
    ...(kind && { kind }),
    ...(metadata.namespace && { namespace: metadata.namespace }),
    ...(metadata.name && { name: metadata.name }),
    ...(metadata.uid && { uid: metadata.uid }),
    ...(apiVersion && { apiVersion }),
    ...(metadata.resourceVersion && { resourceVersion: metadata.resourceVersion }),
  };
}

/** A number that stands for a name. */
const digest = (name: string): number =>
  Array.from(name).reduce(
    (hash, letter) => Math.imul(hash ^ letter.charCodeAt(0), 0x01000193) >>> 0,
    0x811c9dc5,
  );
