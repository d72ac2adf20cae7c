import { type KubernetesObject, uidOf } from '../../apimachinery/object.ts';
import { type Clock, type EpochMs, hourAt, type Ms } from '../../clock/clock.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;

interface Failures {
  readonly waitMs: number;
  readonly notedAt: Ms;
}

/** By node, of one generation of the DaemonSet: a spec that was mended is not made to wait for what the broken one did. */
interface Failing {
  readonly generation: number;
  readonly byNode: Map<string, Failures>;
}

const NONE: ReadonlyMap<string, { readonly retryAt: EpochMs }> = new Map();

/**
 * Remembers on which nodes daemons fail. A node that rejects its daemon would otherwise be offered a new one without end
 * (upstream's failed pods back-off: 1 s doubling to 15 minutes).
 */
export class FailedDaemons {
  readonly #clock: Clock;
  readonly #byOwner = new Map<string, Failing>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** By node, as the hour is set now. */
  of(owner: KubernetesObject): ReadonlyMap<string, { readonly retryAt: EpochMs }> {
    const retryAt = ({ notedAt, waitMs }: Failures) => hourAt(this.#clock, notedAt) + waitMs;
    const known = this.#known(owner);
    return known ? new Map(known.entries().map(([node, last]) => [node, { retryAt: retryAt(last) }])) : NONE;
  }

  note(owner: KubernetesObject, node: string): void {
    const now = this.#clock.elapsed();
    const last = this.#known(owner)?.get(node);
    const isQuiet = !last || now - last.notedAt > 2 * LONGEST_WAIT_MS;
    const waitMs = isQuiet ? FIRST_WAIT_MS : Math.min(2 * last.waitMs, LONGEST_WAIT_MS);
    this.#failuresOf(owner).set(node, { waitMs, notedAt: now });
  }

  #known(owner: KubernetesObject): Map<string, Failures> | undefined {
    const failing = this.#byOwner.get(uidOf(owner));
    return failing?.generation === generationOf(owner) ? failing.byNode : undefined;
  }

  #failuresOf(owner: KubernetesObject): Map<string, Failures> {
    const known = this.#known(owner);
    if (known) return known;
    const byNode = new Map<string, Failures>();
    this.#byOwner.set(uidOf(owner), { generation: generationOf(owner), byNode });
    return byNode;
  }

  forget(owner: KubernetesObject): void {
    this.#byOwner.delete(uidOf(owner));
  }
}

const generationOf = ({ metadata }: KubernetesObject): number => metadata.generation ?? 0;
