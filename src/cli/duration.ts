import { InvalidArgumentError } from 'commander';

const UNITS_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };
const PARTS = /(\d+(?:\.\d+)?)(ms|h|m|s)/g;

/** Milliseconds of a duration as Go writes it: `24h0m0s`, `90m`, `0`. Throws with a line for the user. */
export function parseDuration(text: string): number {
  if (text === '0') return 0;
  const parts = [...text.matchAll(PARTS)];
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new InvalidArgumentError('It must be a duration such as 24h, 90m or 1h30m.');
  }
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * UNITS_MS[unit!]!, 0);
}
