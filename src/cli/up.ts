import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { isLoopback } from '../apimachinery/loopback.ts';
import { type Cancel, type EpochMs, type Ms, timestamp } from '../clock/clock.ts';
import { systemRandom } from '../clock/random.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { parseTimeOfDay } from '../clock/timeOfDay.ts';
import { applyPath } from '../cluster/applyManifests.ts';
import { Cluster } from '../cluster/cluster.ts';
import { CLOCKS, type ClockChoice, RUNTIMES, type RuntimeChoice } from '../cluster/clusterConfig.ts';
import { DataDirectory } from '../cluster/dataDirectory.ts';
import { isEverywhere } from '../cluster/hostAddress.ts';
import { type ListenAddress, parseListenAddress } from '../cluster/listenAddress.ts';
import { askedToStop } from './askedToStop.ts';
import { criSocketOption } from './criSocketOption.ts';
import { dataDirOption } from './dataDirOption.ts';
import { evictionHardOption } from './evictionHardOption.ts';
import { openLog } from './log.ts';
import { podLogsDirOption } from './podLogsDirOption.ts';
import { podMaxPidsOption } from './podMaxPidsOption.ts';
import { UserError } from './userError.ts';
import { startLiveView } from './view/liveView.ts';
import { letYoungGenerationGrow } from './youngGeneration.ts';

interface UpOptions {
  readonly nodes?: number;
  readonly runtime?: RuntimeChoice;
  readonly criSocket?: string;
  readonly podMaxPids?: number;
  readonly evictionHard?: string;
  readonly podLogsDir?: string;
  readonly dataDir: string;
  readonly listen: ListenAddress;
  readonly ephemeral?: boolean;
  readonly detach?: boolean;
  readonly apply: readonly string[];
  readonly view?: boolean;
  readonly unpullableImages?: RegExp;
  readonly clock?: ClockChoice;
  readonly startTime?: EpochMs;
}

const clock = new SystemClock();

/** `sampan up`: brings the cluster up and keeps it up until told to stop. */
export const upCommand = (): Command =>
  new Command('up')
    .description('bring a cluster up, or on as it was, in the foreground')
    .option('--nodes <count>', 'worker nodes beside the master (default: as before, else 3)', parseNodes)
    .addOption(
      new Option('--runtime <name>', 'what runs containers (default: as before, else auto)').choices(
        RUNTIMES,
      ),
    )
    .addOption(criSocketOption())
    .addOption(podMaxPidsOption())
    .addOption(evictionHardOption())
    .addOption(podLogsDirOption())
    .addOption(dataDirOption())
    .addOption(
      new Option('--listen <address>', 'where the API server listens')
        .argParser(parseListen)
        .default(parseListen('127.0.0.1:6443'), '127.0.0.1:6443'),
    )
    .option('--ephemeral', 'keep the state in memory only')
    .option('--detach', 'return when the cluster is ready; "sampan down" stops it')
    .addOption(
      new Option('--apply <path>', 'apply the manifests of a file or folder (may be repeated)')
        .argParser(collect)
        .default([], 'none'),
    )
    .option(
      '--unpullable-images <pattern>',
      'images that simulated nodes cannot pull, as a regular expression',
      parsePattern,
    )
    .addOption(
      new Option(
        '--clock <name>',
        'virtual: time stands still until "sampan clock" turns it (default: as before, else system)',
      ).choices(CLOCKS),
    )
    .option('--start-time <time>', 'where a new virtual clock begins (default: now)', parseTime)
    .option('--view', 'show nodes, pods, rollouts and jobs as they move')
    .action((options: UpOptions) => (options.detach ? detach(options) : up(options)));

const collect = (path: string, paths: readonly string[]) => [...paths, path];

function parseNodes(text: string): number {
  const count = Number(text);
  if (!/^\d+$/.test(text) || count > 1000)
    throw new InvalidArgumentError('It must be a number from 0 to 1000.');
  return count;
}

function parsePattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new InvalidArgumentError('It must be a regular expression.');
  }
}

function parseTime(text: string): EpochMs {
  try {
    return parseTimeOfDay(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

function parseListen(text: string): ListenAddress {
  try {
    return parseListenAddress(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
}

async function up(options: UpOptions): Promise<void> {
  const begun = clock.elapsed() - process.uptime() * 1000;
  const cluster = await Cluster.start({
    dataDir: options.dataDir,
    listen: options.listen,
    ephemeral: options.ephemeral ?? false,
    config: {
      ...(options.nodes !== undefined && { nodes: options.nodes }),
      ...(options.runtime && { runtime: options.runtime }),
      ...(options.clock && { clock: options.clock }),
      ...(options.criSocket && { criSocket: options.criSocket }),
      ...(options.podMaxPids !== undefined && { podPidsLimit: options.podMaxPids }),
      ...(options.evictionHard !== undefined && { evictionHard: options.evictionHard }),
      ...(options.podLogsDir !== undefined && { podLogsDir: options.podLogsDir }),
    },
    startTime: options.startTime,
    unpullableImages: options.unpullableImages,
    clock,
    random: systemRandom,
    localTimeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    reportError: openLog(new DataDirectory(options.dataDir).create()).controllerError,
  });
  letYoungGenerationGrow();
  const asked = askedToStop();
  const lines = readyLines(cluster, options.listen, begun);
  for (const line of lines) console.log(line);
  process.send?.({ lines });
  for (const path of options.apply) await applyPath(cluster.client, path);
  const closeView: Cancel = options.view ? await showView(cluster, lines) : () => {};
  await asked;
  closeView();
  console.log('stopping');
  await cluster.stop();
}

function readyLines(cluster: Cluster, { host }: ListenAddress, begun: Ms): string[] {
  return [
    `sampan is ready in ${((clock.elapsed() - begun) / 1000).toFixed(2)} s at ${cluster.url}`,
    `nodes: ${shortList(cluster.nodes.names)}`,
    ...(cluster.clock === clock
      ? []
      : [`clock: ${timestamp(cluster.clock.now())}, until "sampan clock advance" turns it`]),
    ...(isEverywhere(host) && isLoopback(new URL(cluster.url).hostname)
      ? ['other hosts cannot find the cluster: this one has no address but its loopback']
      : []),
    `export KUBECONFIG=${cluster.kubeconfigPath}`,
  ];
}

const MOST_NAMED = 8;

const shortList = (names: readonly string[]) =>
  names.length <= MOST_NAMED
    ? names.join(' ')
    : `${names.slice(0, 3).join(' ')} … ${names.at(-1)} (${names.length})`;

const showView = (cluster: Cluster, heading: readonly string[]) =>
  startLiveView({
    informers: cluster.controlPlane.informers,
    time: cluster.clock,
    clock,
    output: process.stdout,
    heading,
  });

/** Starts the same command in a process of its own, and returns when that says that it is ready. */
async function detach(options: UpOptions): Promise<void> {
  const directory = new DataDirectory(options.dataDir).create();
  const log = openSync(directory.log, 'a', 0o600);
  const args = process.argv.slice(1).filter((argument) => argument !== '--detach');
  const child = spawn(process.execPath, args, { detached: true, stdio: ['ignore', log, 'pipe', 'ipc'] });
  const errors: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
  await new Promise<void>((resolve, reject) => {
    child.once('message', (message: { lines: string[] }) => {
      for (const line of message.lines) console.log(line);
      resolve();
    });
    child.once('exit', () =>
      reject(
        new UserError(
          Buffer.concat(errors).toString('utf8').trim() || `The cluster did not start: see ${directory.log}`,
        ),
      ),
    );
  });
  child.disconnect();
  child.stderr?.destroy();
  child.unref();
}
