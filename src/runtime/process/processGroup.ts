import { readFileSync } from 'node:fs';

/** A process group of ours, told from a later one of the same number by when it started. */
export interface ProcessGroup {
  readonly pid: number;
  /** From `/proc`, in ticks since boot; undefined where there is no `/proc`. */
  readonly startTime: string | undefined;
}

const START_TIME_FIELD = 19;

/** When a process started; undefined when there is none, or it has ended and only waits to be reaped. */
export function startTimeOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command in parentheses may hold anything, so the fields are counted from its end.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? undefined : fields[START_TIME_FIELD - 1];
  } catch {
    return undefined;
  }
}

/** Whether the group's leader is still the process that we started. */
export const isAlive = ({ pid, startTime }: ProcessGroup): boolean =>
  startTime !== undefined && startTimeOf(pid) === startTime;

/** Signals all processes of a group. One that has ended is fine. */
export function signalGroup({ pid }: ProcessGroup, signal: number): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
