import type { EpochMs, Ms } from '../../clock/clock.ts';

/** What the API server asks of a node itself. The node agent implements it, in this process or behind a kubelet's HTTPS face. */
export interface NodeAccess {
  /** What the node's kubelet answers to a GET of one of its paths: `/stats/summary`, `/metrics/resource`, … */
  get(path: string, query: URLSearchParams): Promise<NodeAnswer>;
  /** What the node and its pods use now. */
  usage(): Promise<NodeUsage>;
}

export interface NodeAnswer {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

export interface NodeUsage {
  /** Absent as long as nobody can say. */
  readonly node?: Usage | undefined;
  readonly pods: readonly PodUsage[];
}

/** Of a pod of which all running containers are known. */
export interface PodUsage {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly containers: readonly ContainerUsage[];
}

export interface ContainerUsage extends Usage {
  readonly name: string;
}

export interface Usage {
  /** When it was looked at. */
  readonly timestamp: EpochMs;
  /** The time up to then over which the use of processors is an average. */
  readonly windowMs: Ms;
  readonly nanoCores: number;
  readonly memoryBytes: number;
}

/** Where a kubelet of ours tells what `NodeAccess.usage` does. */
export const USAGE_PATH = '/stats/usage';

/** What a kubelet tells of its node, and which subresources of the node allow to see it, the narrowest first, as upstream has them. */
export const NODE_PATHS: ReadonlyMap<string, readonly string[]> = new Map([
  ['/healthz', ['healthz', 'proxy']],
  ['/pods', ['pods', 'proxy']],
  ['/metrics', ['metrics']],
  ['/metrics/resource', ['metrics']],
  ['/stats/summary', ['stats']],
  [USAGE_PATH, ['stats']],
]);
