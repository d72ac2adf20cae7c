import { controllerOf, type KubernetesObject, keyOf, uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type {
  CronJob,
  DaemonJob,
  DaemonSet,
  Deployment,
  Job,
  Node,
  Pod,
  PodDisruptionBudget,
  ReplicaSet,
  StatefulSet,
} from '../../generated/types.ts';
import type { StoreEvent } from '../../store/store.ts';
import type { Fault } from '../plan/plan.ts';

interface Kinds {
  Pod: Pod;
  Node: Node;
  DaemonSet: DaemonSet;
  Job: Job;
  CronJob: CronJob;
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  StatefulSet: StatefulSet;
  DaemonJob: DaemonJob;
  PodDisruptionBudget: PodDisruptionBudget;
}

/** One change of one object, as the store committed it. */
export interface Change {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly kind: string;
  readonly key: string;
  /** After the change; what was last there when it was deleted. */
  readonly object: KubernetesObject;
  readonly before: KubernetesObject | undefined;
}

/** Which hour it is, by the cluster's clock and by a stopwatch that no fault touches. */
export interface Times {
  now(): EpochMs;
  elapsed(): number;
}

/** The cluster as the store has it at this moment, and what only who arranged it all can know. */
export class World {
  readonly timeZone: string;
  /** Faults and operations are over, and everything has come to rest. */
  isSettled = false;
  readonly #times: Times;
  readonly #objects = new Map<string, Map<string, KubernetesObject>>();
  readonly #podsByOwner = new Map<string, Map<string, Pod>>();
  readonly #touched = new Set<string>();
  readonly #calm = new Calm();
  /** Faults that only set the hour do not end this one. */
  readonly #undisturbed = new Calm();

  constructor(times: Times, timeZone = 'UTC') {
    this.#times = times;
    this.timeZone = timeZone;
  }

  /** By the cluster's clock, which may jump. */
  get now(): EpochMs {
    return this.#times.now();
  }

  /** Milliseconds since the beginning, by a stopwatch. */
  get elapsed(): number {
    return this.#times.elapsed();
  }

  all<K extends keyof Kinds>(kind: K): readonly Kinds[K][] {
    return [...(this.#objects.get(kind)?.values() ?? [])] as Kinds[K][];
  }

  kinds(): readonly string[] {
    return [...this.#objects.keys()];
  }

  allOf(kind: string): readonly KubernetesObject[] {
    return [...(this.#objects.get(kind)?.values() ?? [])];
  }

  get<K extends keyof Kinds>(kind: K, key: string): Kinds[K] | undefined {
    return this.#objects.get(kind)?.get(key) as Kinds[K] | undefined;
  }

  /** Whether this very object is still there, and not another of its name. */
  stands(object: KubernetesObject): boolean {
    const current = this.#objects.get(object.kind ?? '')?.get(keyOf(object));
    return current !== undefined && uidOf(current) === uidOf(object);
  }

  /** The pods whose controller has this uid. */
  podsOf(ownerUid: string): readonly Pod[] {
    return [...(this.#podsByOwner.get(ownerUid)?.values() ?? [])];
  }

  /** Somebody other than a controller had his hands on the object: it proves nothing any more. */
  touch(uid: string): void {
    this.#touched.add(uid);
  }

  isTouched(object: KubernetesObject): boolean {
    return this.#touched.has(uidOf(object));
  }

  faultBegins(kind: Fault['kind']): void {
    this.#calm.disturb();
    if (kind !== 'jumpClock') this.#undisturbed.disturb();
  }

  faultEnds(kind: Fault['kind']): void {
    this.#calm.leave(this.elapsed);
    if (kind !== 'jumpClock') this.#undisturbed.leave(this.elapsed);
  }

  /** For how long nothing has gone wrong, by the stopwatch. */
  get calmForMs(): number {
    return this.#calm.forMs(this.elapsed);
  }

  /** For how long nothing has gone wrong but that the hour was set, by the stopwatch. */
  get undisturbedForMs(): number {
    return this.#undisturbed.forMs(this.elapsed);
  }

  take({ stored, previous, deleted }: StoreEvent): Change {
    const object = (stored ?? deleted)!.object;
    const { kind = '' } = object;
    const key = keyOf(object);
    const before = previous?.object;
    const objects = this.#objects.getOrInsertComputed(kind, () => new Map());
    if (stored) objects.set(key, object);
    else objects.delete(key);
    if (kind === 'Pod') this.#indexPod(before as Pod | undefined, stored ? (object as Pod) : undefined);
    const type = !stored ? 'DELETED' : before ? 'MODIFIED' : 'ADDED';
    return { type, kind, key, object, before };
  }

  #indexPod(before: Pod | undefined, after: Pod | undefined): void {
    const oldOwner = before && controllerOf(before)?.uid;
    if (oldOwner) this.#podsByOwner.get(oldOwner)?.delete(uidOf(before));
    const owner = after && controllerOf(after)?.uid;
    if (owner) this.#podsByOwner.getOrInsertComputed(owner, () => new Map()).set(uidOf(after), after);
  }
}

/** Since when nothing goes on that several at once may disturb. */
class Calm {
  #disturbers = 0;
  #since = 0;

  disturb(): void {
    this.#disturbers++;
  }

  leave(now: number): void {
    this.#disturbers--;
    this.#since = now;
  }

  forMs(now: number): number {
    return this.#disturbers > 0 ? 0 : now - this.#since;
  }
}
