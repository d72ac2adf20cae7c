import type { DataDirectory } from './dataDirectory.ts';

export const RUNTIMES = ['auto', 'cri', 'process', 'simulated'] as const;
export type RuntimeChoice = (typeof RUNTIMES)[number];

export const CLOCKS = ['system', 'virtual'] as const;
export type ClockChoice = (typeof CLOCKS)[number];

/** What a cluster was started with, kept so that it comes back as it was. */
export interface ClusterConfig {
  /** Worker nodes of this process, beside the master. */
  readonly nodes: number;
  readonly runtime: RuntimeChoice;
  /** `virtual`: time stands still until it is turned. */
  readonly clock: ClockChoice;
  /** The socket of the container runtime; containerd's unless given. */
  readonly criSocket?: string | undefined;
  /** The most processes of each pod; -1 for any number, which is the default. */
  readonly podPidsLimit?: number | undefined;
  /** When pods are evicted, as the kubelet writes it; its own thresholds unless given. */
  readonly evictionHard?: string | undefined;
  /** Where the logs of real containers lie; `/var/log/pods` unless given. */
  readonly podLogsDir?: string | undefined;
}

const DEFAULTS: ClusterConfig = { nodes: 3, runtime: 'auto', clock: 'system' };
const FILE = 'cluster.json';

/** What is asked for now, else what was before, else the defaults. Remembers the outcome. */
export function settleConfig(directory: DataDirectory, asked: Partial<ClusterConfig>): ClusterConfig {
  const before = readConfig(directory);
  const config: ClusterConfig = {
    nodes: asked.nodes ?? before?.nodes ?? DEFAULTS.nodes,
    runtime: asked.runtime ?? before?.runtime ?? DEFAULTS.runtime,
    clock: asked.clock ?? before?.clock ?? DEFAULTS.clock,
    criSocket: asked.criSocket ?? before?.criSocket,
    podPidsLimit: asked.podPidsLimit ?? before?.podPidsLimit,
    evictionHard: asked.evictionHard ?? before?.evictionHard,
    podLogsDir: asked.podLogsDir ?? before?.podLogsDir,
  };
  if (config.clock === 'virtual' && config.runtime !== 'simulated') {
    if (asked.runtime === undefined) return settleConfig(directory, { ...asked, runtime: 'simulated' });
    throw new Error(
      `Cannot run ${config.runtime} nodes on a virtual clock: only simulated ones can wait for it`,
    );
  }
  directory.write(FILE, `${JSON.stringify(config)}\n`);
  return config;
}

/** What a cluster was started with last; undefined where none was. */
export const readConfig = (directory: DataDirectory): Partial<ClusterConfig> | undefined =>
  readSettings<ClusterConfig>(directory, FILE);

/** What a file of settings holds; undefined when it is not there. Throws with a line for the user when it is spoilt. */
export function readSettings<T>(directory: DataDirectory, file: string): Partial<T> | undefined {
  const text = directory.read(file);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Partial<T>;
  } catch {
    throw new Error(
      `Cannot read ${directory.file(file)}: it is not JSON. Remove it to start with the defaults`,
    );
  }
}
