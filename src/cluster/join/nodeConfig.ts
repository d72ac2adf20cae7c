import { type RuntimeChoice, readSettings } from '../clusterConfig.ts';
import type { DataDirectory } from '../dataDirectory.ts';

/** What a node was started with, kept so that it comes back as it was. */
export interface NodeConfig {
  readonly runtime: RuntimeChoice;
  /** The socket of the container runtime; containerd's unless given. */
  readonly criSocket?: string | undefined;
  /** The most processes of each pod; -1 for any number, which is the default. */
  readonly podPidsLimit?: number | undefined;
  /** When pods are evicted, as the kubelet writes it; its own thresholds unless given. */
  readonly evictionHard?: string | undefined;
  /** Where the logs of real containers lie; `/var/log/pods` unless given. */
  readonly podLogsDir?: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
}

const FILE = 'node.json';

/** What is asked for now, else what was before, else the defaults. Remembers the outcome. */
export function settleNodeConfig(directory: DataDirectory, asked: Partial<NodeConfig>): NodeConfig {
  const before = readNodeConfig(directory);
  const config: NodeConfig = {
    runtime: asked.runtime ?? before?.runtime ?? 'auto',
    criSocket: asked.criSocket ?? before?.criSocket,
    podPidsLimit: asked.podPidsLimit ?? before?.podPidsLimit,
    evictionHard: asked.evictionHard ?? before?.evictionHard,
    podLogsDir: asked.podLogsDir ?? before?.podLogsDir,
    labels: asked.labels ?? before?.labels ?? {},
  };
  directory.write(FILE, `${JSON.stringify(config)}\n`);
  return config;
}

/** What a node was started with last; undefined where none was. */
export const readNodeConfig = (directory: DataDirectory): Partial<NodeConfig> | undefined =>
  readSettings<NodeConfig>(directory, FILE);
