import { type KubernetesObject, uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;

interface Failures {
  readonly waitMs: number;
  readonly notedAt: EpochMs;
  readonly retryAt: EpochMs;
}

/** By node, of one generation of the DaemonSet: a spec that was mended is not made to wait for what the broken one did. */
interface Failing {
  readonly generation: number;
  readonly byNode: Map<string, Failures>;
}

const NONE: ReadonlyMap<string, Failures> = new Map();

/**
 * Remembers on which nodes daemons fail. A node that rejects its daemon would otherwise be offered a new one without end
 * (upstream's failed pods back-off: 1 s doubling to 15 minutes).
 */
export class FailedDaemons {
  readonly #byOwner = new Map<string, Failing>();

  of(owner: KubernetesObject): ReadonlyMap<string, Failures> {
    const failing = this.#byOwner.get(uidOf(owner));
    return failing?.generation === generationOf(owner) ? failing.byNode : NONE;
  }

  note(owner: KubernetesObject, node: string, now: EpochMs): void {
    const last = this.of(owner).get(node);
    const isQuiet = !last || now - last.notedAt > 2 * LONGEST_WAIT_MS;
    const waitMs = isQuiet ? FIRST_WAIT_MS : Math.min(2 * last.waitMs, LONGEST_WAIT_MS);
    this.#failuresOf(owner).set(node, { waitMs, notedAt: now, retryAt: now + waitMs });
  }

  #failuresOf(owner: KubernetesObject): Map<string, Failures> {
    const generation = generationOf(owner);
    const known = this.#byOwner.get(uidOf(owner));
    if (known?.generation === generation) return known.byNode;
    const byNode = new Map<string, Failures>();
    this.#byOwner.set(uidOf(owner), { generation, byNode });
    return byNode;
  }

  forget(owner: KubernetesObject): void {
    this.#byOwner.delete(uidOf(owner));
  }
}

const generationOf = ({ metadata }: KubernetesObject): number => metadata.generation ?? 0;
