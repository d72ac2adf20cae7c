import type { EpochMs } from '../../clock/clock.ts';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 15 * 60_000;

interface Failures {
  readonly waitMs: number;
  readonly retryAt: EpochMs;
}

const NONE: ReadonlyMap<string, Failures> = new Map();

/**
 * Remembers on which nodes daemons fail. A node that rejects its daemon would otherwise be offered a new one without end
 * (upstream's failed pods back-off: 1 s doubling to 15 minutes).
 */
export class FailedDaemons {
  readonly #byOwner = new Map<string, Map<string, Failures>>();

  of(ownerUid: string): ReadonlyMap<string, Failures> {
    return this.#byOwner.get(ownerUid) ?? NONE;
  }

  note(ownerUid: string, node: string, now: EpochMs): void {
    const failures = this.#byOwner.get(ownerUid) ?? new Map<string, Failures>();
    const last = failures.get(node);
    const isQuiet = !last || now - last.retryAt > 2 * LONGEST_WAIT_MS;
    const waitMs = isQuiet ? FIRST_WAIT_MS : Math.min(2 * last.waitMs, LONGEST_WAIT_MS);
    failures.set(node, { waitMs, retryAt: now + waitMs });
    this.#byOwner.set(ownerUid, failures);
  }

  forget(ownerUid: string): void {
    this.#byOwner.delete(ownerUid);
  }
}
