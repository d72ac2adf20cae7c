import type { EpochMs } from './clock.ts';

/** The earliest of times of which any may be missing. */
export function earliest(...times: readonly (EpochMs | undefined)[]): EpochMs | undefined {
  let found: EpochMs | undefined;
  for (const time of times) if (time !== undefined && (found === undefined || time < found)) found = time;
  return found;
}
