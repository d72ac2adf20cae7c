import type { Ms } from '../../clock/clock.ts';
import type { PressureType } from './signals.ts';
import { pressureOf, type Shortage } from './thresholds.ts';

/** A pressure lasts for so long after the last shortage (`evictionPressureTransitionPeriod`): pods must not come back only to go again. */
const TRANSITION_MS = 5 * 60_000;

/** When which pressure was last seen. */
export type LastSeen = ReadonlyMap<PressureType, Ms>;

/** What is remembered after a look. */
export function afterLook(before: LastSeen, shortages: readonly Shortage[], now: Ms): LastSeen {
  const recent = [...before].filter(([, seenAt]) => now - seenAt < TRANSITION_MS);
  return new Map([...recent, ...shortages.map((shortage) => [pressureOf(shortage), now] as const)]);
}

/** The node's pressures. */
export const pressuresIn = (seen: LastSeen): ReadonlySet<PressureType> => new Set(seen.keys());
