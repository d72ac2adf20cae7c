import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../clock/duration.ts';

/** Milliseconds of a duration such as `24h`, `90m` or `0`. Throws with a line for the user. */
export function durationOption(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs === undefined) {
    throw new InvalidArgumentError('It must be a duration such as 24h, 90m or 1h30m.');
  }
  return durationMs;
}
