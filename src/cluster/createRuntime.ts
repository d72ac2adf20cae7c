import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { CriClient, DEFAULT_CRI_SOCKET } from '../runtime/cri/criClient.ts';
import { CriRuntime } from '../runtime/cri/criRuntime.ts';
import { CriService } from '../runtime/cri/criService.ts';
import { DEFAULT_PLACES, type NetworkPlaces, networkPlaces } from '../runtime/cri/podNetwork.ts';
import { ProcessRuntime } from '../runtime/process/processRuntime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { SimulatedRuntime } from '../runtime/simulated/simulatedRuntime.ts';
import { CLUSTER_CIDR } from './clusterCidr.ts';
import type { RuntimeChoice } from './clusterConfig.ts';

export interface RuntimeSurroundings {
  /** The node's own folder. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Images whose name matches cannot be pulled by simulated nodes. */
  readonly unpullableImages?: RegExp | undefined;
  readonly criSocket?: string | undefined;
  /** The most processes of a pod; any number where it is not given, or -1. */
  readonly podPidsLimit?: number | undefined;
  /** Where logs of real containers lie, as the kubelet has them; in the node's own folder unless given. */
  readonly podLogsDir?: string | undefined;
}

/** Where collectors look for the logs of pods. */
export const DEFAULT_POD_LOGS_DIR = '/var/log/pods';

/** The runtime of one node. `auto` is `cri` where a container runtime answers, else `process`. Rejects when `cri` is asked for and none does. */
export async function createRuntime(
  choice: RuntimeChoice,
  surroundings: RuntimeSurroundings,
): Promise<Runtime> {
  const { dataDir, clock, random, unpullableImages } = surroundings;
  switch (choice) {
    case 'simulated':
      return new SimulatedRuntime({
        clock,
        random,
        unpullableImages: unpullableImages ? [unpullableImages] : [],
      });
    case 'auto':
      return (await criIfThere(surroundings)) ?? createRuntime('process', surroundings);
    case 'cri':
      return criOrWhyNot(surroundings);
    case 'process':
      return ProcessRuntime.open({
        clock,
        random,
        directory: join(dataDir, 'containers'),
        podPidsLimit: pidsLimitOf(surroundings),
      });
  }
}

const socketOf = ({ criSocket = DEFAULT_CRI_SOCKET }: Pick<RuntimeSurroundings, 'criSocket'>): string =>
  criSocket.replace(/^unix:\/\//, '');

const openCri = (surroundings: RuntimeSurroundings): Promise<Runtime> =>
  CriRuntime.open({
    clock: surroundings.clock,
    socket: socketOf(surroundings),
    directory: resolve(surroundings.dataDir),
    clusterCIDR: CLUSTER_CIDR,
    podPidsLimit: pidsLimitOf(surroundings),
    podLogsDir: surroundings.podLogsDir,
  });

const pidsLimitOf = ({ podPidsLimit = -1 }: RuntimeSurroundings): number | undefined =>
  podPidsLimit > 0 ? podPidsLimit : undefined;

/** Whether the nodes of this host run commands as processes of it, as far as one can say before they start. */
export const runsProcesses = (choice: RuntimeChoice, criSocket?: string): boolean =>
  choice === 'process' || (choice === 'auto' && !mayUseCri(socketOf({ criSocket })));

const mayUseCri = (socket: string): boolean => process.getuid?.() === 0 && existsSync(socket);

/** A runtime that has been started without CRI, as Docker starts containerd, is none for us. */
const criIfThere = async (surroundings: RuntimeSurroundings): Promise<Runtime | undefined> =>
  mayUseCri(socketOf(surroundings)) ? openCri(surroundings).catch(() => undefined) : undefined;

async function criOrWhyNot(surroundings: RuntimeSurroundings): Promise<Runtime> {
  const socket = socketOf(surroundings);
  const problem = (why: string) => new Error(`Cannot use the container runtime at ${socket}: ${why}`);
  if (process.getuid?.() !== 0) throw problem('that takes root');
  if (!existsSync(socket)) throw problem('there is no such socket. Is containerd running?');
  return openCri(surroundings).catch((error: Error) => {
    throw problem(error.message);
  });
}

/** Where the runtime of this host looks for its network; the usual place when it does not answer. */
export async function findNetworkPlaces(criSocket: string, clock: Clock): Promise<NetworkPlaces> {
  const socket = socketOf({ criSocket });
  if (!existsSync(socket)) return DEFAULT_PLACES;
  const client = await CriClient.connect(socket, clock).catch(() => undefined);
  if (!client) return DEFAULT_PLACES;
  try {
    return networkPlaces((await new CriService(client).status()).info);
  } finally {
    client.close();
  }
}
