import { StatusError } from '../apimachinery/errors.ts';
import {
  type NodeAccess,
  type NodeAnswer,
  type NodeUsage,
  USAGE_PATH,
} from '../apiserver/streams/nodeAccess.ts';
import type { PodSet } from './podSet.ts';
import { CONTENT_TYPE } from './stats/exposition.ts';
import { kubeletMetrics } from './stats/kubeletMetrics.ts';
import type { MeasuredPod } from './stats/measuredPod.ts';
import { NodeStats, type NodeStatsOptions } from './stats/nodeStats.ts';

export interface AgentNodeAccessOptions extends Omit<NodeStatsOptions, 'pods'> {
  /** Undefined before the node is ready for pods. */
  pods(): Pick<PodSet, 'pods' | 'running'> | undefined;
}

/** What a node agent answers to those who ask for a path of its kubelet, over HTTPS or in its own process. */
export class AgentNodeAccess implements NodeAccess {
  readonly #options: AgentNodeAccessOptions;
  readonly #stats: NodeStats;

  constructor(options: AgentNodeAccessOptions) {
    this.#options = options;
    this.#stats = new NodeStats({ ...options, pods: () => this.#running });
  }

  usage(): Promise<NodeUsage> {
    return this.#stats.usage();
  }

  async get(path: string, query: URLSearchParams): Promise<NodeAnswer> {
    const { nodeName, pods } = this.#options;
    switch (path) {
      case '/healthz':
        return text('ok');
      case '/pods':
        return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods()?.pods ?? [] });
      case '/metrics':
        return metrics(kubeletMetrics(nodeName, this.#running));
      case '/metrics/resource':
        return metrics(await this.#stats.resourceMetrics());
      case '/stats/summary':
        return json(await this.#stats.summary({ isShort: query.get('only_cpu_and_memory') === 'true' }));
      case USAGE_PATH:
        return json(await this.#stats.usage());
      default:
        throw new StatusError('NotFound', '404 page not found');
    }
  }

  get #running(): readonly MeasuredPod[] {
    return this.#options.pods()?.running ?? [];
  }
}

const text = (body: string): NodeAnswer => ({
  status: 200,
  contentType: 'text/plain; charset=utf-8',
  body,
});
const metrics = (body: string): NodeAnswer => ({ status: 200, contentType: CONTENT_TYPE, body });
const json = (value: object): NodeAnswer => ({
  status: 200,
  contentType: 'application/json',
  body: JSON.stringify(value),
});
