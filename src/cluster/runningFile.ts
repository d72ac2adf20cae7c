import type { DataDirectory } from './dataDirectory.ts';

/** Which process serves a data directory, and where. */
export interface Running {
  readonly pid: number;
  readonly url: string;
  /** RFC 3339. */
  readonly startedAt: string;
}

const FILE = 'running.json';

export const noteRunning = (directory: DataDirectory, running: Running): void =>
  directory.write(FILE, `${JSON.stringify(running)}\n`);

export const forgetRunning = (directory: DataDirectory): void => directory.remove(FILE);

/** The process that serves the directory; undefined when none does, also when one died without a word. */
export function findRunning(directory: DataDirectory): Running | undefined {
  const text = directory.read(FILE);
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as Running;
  return isAlive(running.pid) ? running : undefined;
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
