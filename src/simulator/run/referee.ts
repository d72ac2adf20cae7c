import { createHash } from 'node:crypto';
import { deepEqual } from '../../apimachinery/object.ts';
import type { Node, Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import type { StoreEvent } from '../../store/store.ts';
import type { PromiseToKeep } from '../promises/promise.ts';
import type { Change, World } from './world.ts';

/** The first promise that was broken, and how. */
export interface Broken {
  readonly promise: string;
  readonly what: string;
  /** Milliseconds by the stopwatch. */
  readonly elapsed: number;
  /** What had changed just before, newest last. */
  readonly lastChanges: readonly LastChange[];
}

export interface LastChange {
  readonly elapsed: number;
  readonly what: string;
}

/** Of the changes, so many are kept for the report. */
const MOST_KEPT = 40;

/** Looks at every change and at every move of the clock, and remembers the first promise that was broken. */
export class Referee {
  broken: Broken | undefined;
  changes = 0;
  readonly #world: World;
  readonly #watched;
  readonly #hash = createHash('sha256');
  readonly #lastChanges: LastChange[] = [];

  constructor(world: World, promises: readonly PromiseToKeep[]) {
    this.#world = world;
    this.#watched = promises.map(({ name, watch }) => ({ name, checks: watch(world) }));
  }

  takeAll(events: readonly StoreEvent[]): void {
    for (const event of events) {
      this.#hash.update(`${event.revision} ${event.key} ${(event.stored ?? event.deleted)!.json}\n`);
      const change = this.#world.take(event);
      this.changes++;
      this.#keep(change);
      for (const { name, checks } of this.#watched) this.#note(name, checks.afterChange?.(change));
    }
  }

  /** The clock has moved. */
  moved(): void {
    for (const { name, checks } of this.#watched) this.#note(name, checks.afterMoment?.());
  }

  /** What is still to come before everything is at rest, and by which promise. */
  stillToCome(): { promise: string; what: string } | undefined {
    for (const { name, checks } of this.#watched) {
      const what = checks.stillToCome?.();
      if (what !== undefined) return { promise: name, what };
    }
    return undefined;
  }

  /** A promise was broken; only the first one counts. */
  #note(promise: string, what: string | undefined): void {
    if (what !== undefined) this.accuse(promise, what);
  }

  accuse(promise: string, what: string): void {
    const { elapsed } = this.#world;
    this.broken ??= { promise, what, elapsed, lastChanges: [...this.#lastChanges] };
  }

  /** Over every change of every object so far. */
  hash(): string {
    return this.#hash.copy().digest('hex').slice(0, 16);
  }

  #keep(change: Change): void {
    const { kind, key, type, object } = change;
    if (!isTelling(change)) return;
    const { status } = object as Pod;
    const deleting = object.metadata.deletionTimestamp ? ' (being deleted)' : '';
    const phase = status?.phase ? ` ${status.phase}` : '';
    const ready = isReady(object as Pod) ? ', ready' : '';
    const what = `${type} ${kind} ${key}${phase}${ready}${deleting}`;
    this.#lastChanges.push({ elapsed: this.#world.elapsed, what });
    if (this.#lastChanges.length > MOST_KEPT) this.#lastChanges.shift();
  }
}

const TELLING = new Set([
  'Pod',
  'Node',
  'DaemonSet',
  'Job',
  'CronJob',
  'Deployment',
  'ReplicaSet',
  'StatefulSet',
  'DaemonJob',
  'PodDisruptionBudget',
]);

/** Signs of life and what every cluster begins with would only hide the rest. */
const isTelling = ({ kind, before, object }: Change): boolean =>
  TELLING.has(kind) && !(kind === 'Node' && before && isSameNode(before as Node, object as Node));

const isSameNode = (before: Node, after: Node): boolean =>
  isReady(before) === isReady(after) && deepEqual(before.spec, after.spec);
