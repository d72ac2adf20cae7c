import { Command } from 'commander';
import { SystemClock } from '../clock/systemClock.ts';
import { DataDirectory } from '../cluster/dataDirectory.ts';
import { findRunning } from '../cluster/runningFile.ts';
import { stopProcess } from '../cluster/stopProcess.ts';
import { dataDirOption } from './dataDirOption.ts';
import { UserError } from './userError.ts';

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
      const { pid } = running;
      if (!(await stopProcess(pid, new SystemClock())))
        throw new UserError(`The cluster (process ${pid}) does not stop: end it with "kill -9 ${pid}"`);
      console.log('stopped');
    });
