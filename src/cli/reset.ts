import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { systemRandom } from '../clock/random.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { dataDirectoriesIn, isDataDirectory } from '../cluster/reset/dataDirectories.ts';
import { reset } from '../cluster/reset/reset.ts';
import { criSocketOption } from './criSocketOption.ts';
import { UserError } from './userError.ts';

interface ResetCommandOptions {
  readonly dataDir: readonly string[];
  readonly criSocket?: string;
  readonly force?: boolean;
}

/** `sampan reset`: undoes what `up` and `join` have done on this host. */
export const resetCommand = (): Command =>
  new Command('reset')
    .description('undo "up" and "join" on this host: processes, pods, the pods\' network, data directories')
    .addOption(
      new Option(
        '--data-dir <path>',
        'of a cluster or of a node that has joined (may be repeated; default: every ./.sampan and ./.sampan-<node>)',
      )
        .argParser((path: string, paths: readonly string[]) => [...paths, path])
        .default([], 'none'),
    )
    .addOption(criSocketOption())
    .option('-f, --force', 'do not ask')
    .action(resetHost);

async function resetHost({ dataDir, criSocket, force }: ResetCommandOptions): Promise<void> {
  const dataDirs = dataDir.length > 0 ? dataDir.flatMap(named) : dataDirectoriesIn('.');
  if (!force && !(await isSure(dataDirs))) throw new UserError('Nothing was reset');
  let count = 0;
  const tell = (line: string) => {
    count++;
    console.log(line);
  };
  await reset({ dataDirs, criSocket, clock: new SystemClock(), random: systemRandom, tell });
  if (count === 0) console.log('there was nothing to reset');
}

/** What is gone already is no matter; what is something else must not be removed by mistake. */
function named(path: string): string[] {
  if (!existsSync(path)) return [];
  if (isDataDirectory(path)) return [resolve(path)];
  throw new UserError(`Cannot reset ${path}: it is not a data directory of sampan`);
}

async function isSure(dataDirs: readonly string[]): Promise<boolean> {
  console.log('This stops and removes, with all of their pods, and with the network of those on this host:');
  for (const path of dataDirs) console.log(`  ${path}`);
  if (dataDirs.length === 0) console.log('  (no data directory)');
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  const answer = await Promise.race([lines.question('Go on? [y/N] '), closed]);
  lines.close();
  return /^y(es)?$/i.test(answer.trim());
}
