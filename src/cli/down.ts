import { Command } from 'commander';
import { delay } from '../clock/clock.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { DataDirectory } from '../cluster/dataDirectory.ts';
import { findRunning, isAlive } from '../cluster/runningFile.ts';
import { dataDirOption } from './dataDirOption.ts';
import { UserError } from './userError.ts';

/** Pods get their grace periods; a cluster that takes longer than this is in trouble. */
const LONGEST_STOP_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** `sampan down`: stops the cluster of a data directory and waits until it has. */
export const downCommand = (): Command =>
  new Command('down')
    .description('stop the cluster; its state stays')
    .addOption(dataDirOption())
    .action(async ({ dataDir }: { dataDir: string }) => {
      const running = findRunning(new DataDirectory(dataDir));
      if (!running) {
        console.log(`no cluster is running in ${dataDir}`);
        return;
      }
      process.kill(running.pid, 'SIGTERM');
      await ended(running.pid);
      console.log('stopped');
    });

async function ended(pid: number): Promise<void> {
  const clock = new SystemClock();
  const giveUpAt = clock.now() + LONGEST_STOP_MS;
  while (isAlive(pid)) {
    if (clock.now() > giveUpAt)
      throw new UserError(`The cluster (process ${pid}) does not stop: end it with "kill -9 ${pid}"`);
    await delay(clock, LOOK_EVERY_MS);
  }
}
