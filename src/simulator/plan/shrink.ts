import type { Plan } from './plan.ts';
import { partsOf, restrict } from './restrict.ts';

/** What is left of a plan, and how often it was tried. */
export interface Shrunk {
  readonly plan: Plan;
  readonly tries: number;
}

/**
 * Leaves out whatever the failure does not need: first halves, then ever smaller parts, until no single one can go, or until it has been
 * tried often enough. `stillFails` says whether a shorter plan ends in the same way.
 */
export async function shrink(
  plan: Plan,
  stillFails: (plan: Plan) => Promise<boolean>,
  mostTries: number,
): Promise<Shrunk> {
  let parts = partsOf(plan);
  let tries = 0;
  for (let size = Math.ceil(parts.length / 2); size >= 1; ) {
    const before = parts.length;
    for (let from = 0; from < parts.length && tries < mostTries; ) {
      const fewer = [...parts.slice(0, from), ...parts.slice(from + size)];
      tries++;
      if (await stillFails(restrict(plan, new Set(fewer)))) parts = fewer;
      else from += size;
    }
    if (tries >= mostTries) break;
    // Once single parts are left out, it goes on until none can be.
    if (size > 1) size = Math.floor(size / 2);
    else if (parts.length === before) break;
  }
  return { plan: restrict(plan, new Set(parts)), tries };
}
