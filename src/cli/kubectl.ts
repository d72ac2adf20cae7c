import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { Command } from 'commander';
import { DataDirectory } from '../cluster/dataDirectory.ts';
import { dataDirOption } from './dataDirOption.ts';
import { UserError } from './userError.ts';

/** `sampan kubectl …`: the kubectl on the PATH, else the one among the test dependencies, with this cluster's kubeconfig. */
export const kubectlCommand = (): Command =>
  new Command('kubectl')
    .description('run kubectl against this cluster')
    .argument('[args...]')
    .addOption(dataDirOption())
    .allowUnknownOption()
    .passThroughOptions()
    .helpOption(false)
    .action(async (args: string[], options: { dataDir: string }) => {
      const { kubeconfig } = new DataDirectory(options.dataDir);
      if (!existsSync(kubeconfig)) {
        throw new UserError(`There is no cluster in ${options.dataDir} yet: start one with "sampan up"`);
      }
      const env = { ...process.env, KUBECONFIG: kubeconfig };
      const child = spawn(await findKubectl(), args, { stdio: 'inherit', env });
      process.exitCode = await new Promise<number>((resolve, reject) => {
        child.on('error', reject);
        child.on('exit', (code) => resolve(code ?? 1));
      });
    });

async function findKubectl(): Promise<string> {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, 'kubectl');
    if (folder && existsSync(path)) return path;
  }
  try {
    const { kubectlBinary } = await import('./kubectlBinary.ts');
    return await kubectlBinary('v1.35.2');
  } catch {
    throw new UserError(
      'There is no kubectl on the PATH: install it, see https://kubernetes.io/docs/tasks/tools/',
    );
  }
}
