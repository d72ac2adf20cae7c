import { existsSync, readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type EpochMs, timestamp } from '../../clock/clock.ts';

export const COMPRESSED = '.gz';
/** Of what is still being written. */
const DRAFT = '.tmp';

/** What rotation has put aside of a log, oldest first: `0.log.20261124-021936`, and compressed `0.log.20261124-021936.gz`. */
export function agedLogs(path: string): string[] {
  const all = besides(path);
  const whole = all.filter((name) => !name.endsWith(DRAFT) && !all.includes(`${name}${COMPRESSED}`));
  return whole.toSorted((a, b) => (ageKey(path, a) < ageKey(path, b) ? -1 : 1));
}

/** What an interrupted compression has left of a log. */
export function unusedLogs(path: string): string[] {
  const used = agedLogs(path);
  return besides(path).filter((name) => !used.includes(name));
}

/** By what name a log is put aside now. */
export function agedName(path: string, now: EpochMs): string {
  // Not the host's hour, which is the same twice a year: the order of the names is that of the files.
  const name = (time: EpochMs) => `${path}.${timestamp(time).replaceAll(/[-:Z]/g, '').replace('T', '-')}`;
  let time = now;
  while (existsSync(name(time)) || existsSync(`${name(time)}${COMPRESSED}`)) time += 1000;
  return name(time);
}

export const draftOf = (path: string): string => `${path}${DRAFT}`;

function besides(path: string): string[] {
  const folder = dirname(path);
  const start = `${basename(path)}.`;
  const names = existsSync(folder) ? readdirSync(folder) : [];
  return names.filter((name) => name.startsWith(start)).map((name) => join(folder, name));
}

/** Earlier releases counted instead, `.1` being the youngest: those are older than any with a time. */
function ageKey(path: string, aged: string): string {
  const suffix = aged.slice(path.length + 1).replace(COMPRESSED, '');
  return /^\d$/.test(suffix) ? `0-${9 - Number(suffix)}` : suffix;
}
