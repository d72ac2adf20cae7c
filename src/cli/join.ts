import { hostname } from 'node:os';
import { Command, InvalidArgumentError, Option } from 'commander';
import { systemRandom } from '../clock/random.ts';
import { SystemClock } from '../clock/systemClock.ts';
import { RUNTIMES, type RuntimeChoice } from '../cluster/clusterConfig.ts';
import { joinCluster } from '../cluster/join/join.ts';
import { parseListenAddress, urlHost } from '../cluster/listenAddress.ts';
import { askedToStop } from './askedToStop.ts';
import { criSocketOption } from './criSocketOption.ts';
import { evictionHardOption } from './evictionHardOption.ts';
import { parseNodeLabels } from './nodeLabels.ts';
import { podLogsDirOption } from './podLogsDirOption.ts';
import { podMaxPidsOption } from './podMaxPidsOption.ts';
import { lineOf } from './userError.ts';
import { letYoungGenerationGrow } from './youngGeneration.ts';

interface JoinCommandOptions {
  readonly token?: string;
  readonly discoveryTokenCaCertHash?: string;
  readonly nodeName: string;
  readonly runtime?: RuntimeChoice;
  readonly criSocket?: string;
  readonly podMaxPids?: number;
  readonly evictionHard?: string;
  readonly podLogsDir?: string;
  readonly dataDir?: string;
  readonly nodeLabels?: Readonly<Record<string, string>>;
}

/** `sampan join`: makes this process a node of a cluster until told to stop. */
export const joinCommand = (): Command =>
  new Command('join')
    .description('join a cluster as a node, in the foreground; once more, to come back as the same node')
    .argument('[server]', 'the address of the API server: 10.0.0.1:6443', parseServer)
    .option('--token <token>', 'from "sampan token create"')
    .option(
      '--discovery-token-ca-cert-hash <hash>',
      'sha256:… of the key of the cluster authority',
      parseHash,
    )
    .addOption(
      new Option('--node-name <name>', 'the name of the node').default(
        hostname().toLowerCase(),
        "this machine's",
      ),
    )
    .addOption(
      new Option('--runtime <name>', 'what runs containers (default: as before, else auto)').choices(
        RUNTIMES,
      ),
    )
    .addOption(criSocketOption())
    .addOption(podMaxPidsOption())
    .addOption(evictionHardOption())
    .addOption(podLogsDirOption())
    .option('--data-dir <path>', 'where the node keeps its keys and volumes (default: "./.sampan-<node>")')
    .option('--node-labels <pairs>', 'labels of the node: disk=ssd,zone=b (may be repeated)', parseNodeLabels)
    .action(join);

async function join(server: string | undefined, options: JoinCommandOptions): Promise<void> {
  const stopped = askedToStop();
  const { nodeName } = options;
  const node = await joinCluster({
    server,
    token: options.token,
    caCertificateHash: options.discoveryTokenCaCertHash,
    nodeName,
    dataDir: options.dataDir ?? `./.sampan-${nodeName}`,
    runtime: options.runtime,
    criSocket: options.criSocket,
    podPidsLimit: options.podMaxPids,
    evictionHard: options.evictionHard,
    podLogsDir: options.podLogsDir,
    labels: options.nodeLabels,
    clock: new SystemClock(),
    random: systemRandom,
    reportError: (what, error) => console.error(`sampan: cannot ${what}: ${lineOf(error)}`),
  });
  letYoungGenerationGrow();
  console.log(`${nodeName} has joined the cluster`);
  void node.ready.then(() => console.log(`${nodeName} is Ready`));
  await stopped;
  console.log('stopping');
  await node.stop({ drainPods: true });
}

function parseServer(text: string): string {
  try {
    const { host, port } = parseListenAddress(text.replace(/^https:\/\//, '').replace(/\/$/, ''));
    return `${urlHost(host)}:${port}`;
  } catch {
    throw new InvalidArgumentError('It must be an address and a port, as in 10.0.0.1:6443.');
  }
}

function parseHash(text: string): string {
  if (/^sha256:[0-9a-f]{64}$/i.test(text)) return text;
  throw new InvalidArgumentError('It must be sha256: and 64 hexadecimal digits.');
}
