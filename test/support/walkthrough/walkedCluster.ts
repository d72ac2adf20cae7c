import type { Api } from '../api.ts';
import type { Command, CommandOptions, Outcome } from '../command.ts';
import type { KubectlVersion } from '../kubectl.ts';
import type { Recording } from '../recording.ts';
import type { Waiting } from '../waiting.ts';

/** What the walkthrough needs of a cluster, whatever its nodes are: a master, and node01 to node03. */
export interface WalkedCluster {
  readonly api: Pick<Api, 'list' | 'post'>;
  watchAll(path: string): Promise<Recording>;
  kubectl(version: KubectlVersion, ...args: string[]): Promise<Outcome>;
  kubectlWith(
    options: CommandOptions & Waiting,
    version: KubectlVersion,
    ...args: string[]
  ): Promise<Outcome>;
  startKubectl(version: KubectlVersion, ...args: string[]): Promise<Command>;
  /** One more node, by the very command that the cluster prints; as the one that it was if it was there before. */
  join(nodeName: string): Promise<JoinedProcess>;
  stop(): Promise<void>;
}

/** The process of a node. */
export interface JoinedProcess {
  stop(signal?: NodeJS.Signals): Promise<unknown>;
}

export type StartCluster = () => Promise<WalkedCluster>;
