import { StatusError } from '../apimachinery/errors.ts';
import {
  type NodeAccess,
  type NodeAnswer,
  type NodeUsage,
  USAGE_PATH,
} from '../apiserver/streams/nodeAccess.ts';
import type { Pod } from '../generated/types.ts';
import { CONTENT_TYPE } from './stats/exposition.ts';
import { kubeletMetrics } from './stats/kubeletMetrics.ts';
import type { MeasuredPod } from './stats/measuredPod.ts';
import type { NodeStats } from './stats/nodeStats.ts';

export interface AgentNodeAccessOptions {
  readonly nodeName: string;
  readonly stats: NodeStats;
  pods(): readonly Pod[];
  running(): readonly MeasuredPod[];
}

/** What a node agent answers to those who ask for a path of its kubelet, over HTTPS or in its own process. */
export class AgentNodeAccess implements NodeAccess {
  readonly #options: AgentNodeAccessOptions;

  constructor(options: AgentNodeAccessOptions) {
    this.#options = options;
  }

  usage(): Promise<NodeUsage> {
    return this.#options.stats.usage();
  }

  async get(path: string, query: URLSearchParams): Promise<NodeAnswer> {
    const { nodeName, stats, pods, running } = this.#options;
    switch (path) {
      case '/healthz':
        return text('ok');
      case '/pods':
        return json({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: pods() });
      case '/metrics':
        return metrics(kubeletMetrics(nodeName, running()));
      case '/metrics/resource':
        return metrics(await stats.resourceMetrics());
      case '/stats/summary':
        return json(await stats.summary({ isShort: query.get('only_cpu_and_memory') === 'true' }));
      case USAGE_PATH:
        return json(await stats.usage());
      default:
        throw new StatusError('NotFound', '404 page not found');
    }
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
