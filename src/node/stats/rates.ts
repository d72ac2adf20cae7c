import type { Ms } from '../../clock/clock.ts';
import type { UsageStats } from '../../runtime/stats.ts';
import { LONGEST_WINDOW_MS, SHORTEST_WINDOW_MS } from './meter.ts';

/** An average use of processors. */
export interface Rate {
  readonly nanoCores: number;
  readonly windowMs: Ms;
}

/** A look at a counter. */
type Count = Pick<UsageStats, 'at' | 'cpu'>;

/**
 * What is used between two looks. What began after the first has used nothing at its beginning, which then counts as a look. Undefined when
 * the time between is too short to tell.
 */
export function rateOf(now: Count, before: Count | undefined, beganAt?: Ms): Rate | undefined {
  const base = before ?? beginning(beganAt);
  const windowMs = now.at - (base?.at ?? now.at);
  const { nanoCores } = now.cpu;
  if (nanoCores !== undefined) return { nanoCores, windowMs: window(windowMs) };
  const isTooLong = !before && windowMs > LONGEST_WINDOW_MS;
  if (!base || isTooLong || windowMs < SHORTEST_WINDOW_MS * TOLERANCE) return undefined;
  // A counter that has become less has begun anew.
  const used = Math.max(0, now.cpu.coreNanoseconds - base.cpu.coreNanoseconds);
  return { nanoCores: Math.round((used * 1000) / windowMs), windowMs };
}

/** Two looks may be nearer to each other than their questions: the runtime takes its time for the first. */
const TOLERANCE = 0.5;

const beginning = (at: Ms | undefined): Count | undefined =>
  at === undefined ? undefined : { at, cpu: { coreNanoseconds: 0 } };

/** The time over which a rate that is known is said to be an average: it has been the same for so long. */
const window = (sinceBase: Ms): Ms => Math.min(LONGEST_WINDOW_MS, Math.max(SHORTEST_WINDOW_MS, sinceBase));
