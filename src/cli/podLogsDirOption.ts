import { resolve } from 'node:path';
import { Option } from 'commander';
import { DEFAULT_POD_LOGS_DIR } from '../cluster/createRuntime.ts';

/** By the name that the kubelet has for it. */
export const podLogsDirOption = (): Option =>
  new Option(
    '--pod-logs-dir <path>',
    `where logs of real containers lie, with links to them in "containers" beside it (default: as before, else "${DEFAULT_POD_LOGS_DIR}")`,
  ).argParser((path: string) => resolve(path));
