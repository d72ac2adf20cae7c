import { Command } from 'commander';
import { DataDirectory } from '../cluster/dataDirectory.ts';
import { findRunning } from '../cluster/runningFile.ts';
import { dataDirOption } from './dataDirOption.ts';

/** `sampan status`: whether a cluster runs, and where. Exits with 1 when none does. */
export const statusCommand = (): Command =>
  new Command('status')
    .description('tell whether the cluster is running, and where')
    .addOption(dataDirOption())
    .action(({ dataDir }: { dataDir: string }) => {
      const directory = new DataDirectory(dataDir);
      const running = findRunning(directory);
      if (!running) {
        console.log(`no cluster is running in ${dataDir}`);
        process.exitCode = 1;
        return;
      }
      console.log(`running at ${running.url} since ${running.startedAt} (process ${running.pid})`);
      console.log(`export KUBECONFIG=${directory.kubeconfig}`);
    });
