import { readFileSync } from 'node:fs';
import type { DataDirectory } from './dataDirectory.ts';

/** Which process serves a data directory, and where. */
export interface Running {
  readonly pid: number;
  readonly url: string;
  /** RFC 3339. */
  readonly startedAt: string;
  /** Tells the process from a later one of the same number. */
  readonly processStart?: string | undefined;
}

const FILE = 'running.json';

export const noteRunning = (directory: DataDirectory, running: Running): void =>
  directory.write(FILE, `${JSON.stringify({ ...running, processStart: processStart(running.pid) })}\n`);

export const forgetRunning = (directory: DataDirectory): void => directory.remove(FILE);

/** The process that serves the directory; undefined when none does, also when one died without a word. */
export function findRunning(directory: DataDirectory): Running | undefined {
  const text = directory.read(FILE);
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as Running;
  const isSame = running.processStart === undefined || running.processStart === processStart(running.pid);
  return isSame && isAlive(running.pid) ? running : undefined;
}

/** In ticks since the machine was started (Linux); undefined elsewhere. */
function processStart(pid: number): string | undefined {
  try {
    // Its second field, the name, may hold anything.
    return readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ')[19];
  } catch {
    return undefined;
  }
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
