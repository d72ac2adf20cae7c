import { type Clock, delay } from '../clock/clock.ts';
import { isAlive } from './runningFile.ts';

/** Pods get their grace periods; a cluster that takes longer than this is in trouble. */
const LONGEST_STOP_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** Asks a process to end, and resolves to whether it has. */
export async function stopProcess(pid: number, clock: Clock): Promise<boolean> {
  process.kill(pid, 'SIGTERM');
  const giveUpAt = clock.elapsed() + LONGEST_STOP_MS;
  while (isAlive(pid)) {
    if (clock.elapsed() > giveUpAt) return false;
    await delay(clock, LOOK_EVERY_MS);
  }
  return true;
}
