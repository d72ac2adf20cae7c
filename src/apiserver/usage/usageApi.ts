import { notFound } from '../../apimachinery/errors.ts';
import { type Clock, delay } from '../../clock/clock.ts';
import type { Node, NodeMetrics, Pod, PodMetrics } from '../../generated/types.ts';
import { Nodes, Pods } from '../../resources/kinds.ts';
import type { ListQuery } from '../registry/list.ts';
import type { Registry } from '../registry/registry.ts';
import type { NodeAccess, NodeUsage, PodUsage } from '../streams/nodeAccess.ts';
import { NODE_METRICS, POD_METRICS } from './usageKinds.ts';
import { nodeMetrics, podMetrics } from './usageObjects.ts';

/** The way to a node; undefined when nobody knows one. */
export type NodeAccessFor = (nodeName: string) => NodeAccess | undefined;

export type Selectors = Pick<ListQuery, 'labelSelector' | 'fieldSelector'>;

/** As long as metrics-server waits for a kubelet. */
const PATIENCE_MS = 10_000;

/** What nodes and pods use. It is asked of their nodes when somebody wants to know; what a node does not tell is left out. */
export class UsageApi {
  readonly #registry: Registry;
  readonly #accessFor: NodeAccessFor;

  constructor(registry: Registry, accessFor: NodeAccessFor) {
    this.#registry = registry;
    this.#accessFor = accessFor;
  }

  async listNodes(selectors: Selectors): Promise<NodeMetrics[]> {
    const { items } = this.#registry.list({ resource: this.#registry.resourceOf(Nodes) }, selectors);
    return this.#ofNodes(items.map(({ object }) => object as Node));
  }

  /** Throws 404, for the node or for what it uses. */
  async getNode(name: string): Promise<NodeMetrics> {
    const { object } = this.#registry.get({ resource: this.#registry.resourceOf(Nodes), name });
    const [metrics] = await this.#ofNodes([object as Node]);
    if (!metrics) throw notFound(NODE_METRICS, name);
    return metrics;
  }

  /** Of a namespace, or of all (`''`). */
  async listPods(namespace: string, selectors: Selectors): Promise<PodMetrics[]> {
    const { items } = this.#registry.list(
      { resource: this.#registry.resourceOf(Pods), namespace },
      selectors,
    );
    return this.#ofPods(items.map(({ object }) => object as Pod));
  }

  /** Throws 404, for the pod or for what it uses. */
  async getPod(namespace: string, name: string): Promise<PodMetrics> {
    const resource = this.#registry.resourceOf(Pods);
    const { object } = this.#registry.get({ resource, namespace, name });
    const [metrics] = await this.#ofPods([object as Pod]);
    if (!metrics) throw notFound(POD_METRICS, `${namespace}/${name}`);
    return metrics;
  }

  async #ofNodes(nodes: readonly Node[]): Promise<NodeMetrics[]> {
    const usages = await Promise.all(nodes.map(({ metadata: { name = '' } }) => this.#ask(name)));
    const { clock } = this.#registry.parts;
    return nodes.flatMap((node, index) => {
      const usage = usages[index]?.node;
      return usage ? [nodeMetrics(node, usage, clock.now())] : [];
    });
  }

  async #ofPods(pods: readonly Pod[]): Promise<PodMetrics[]> {
    const running = pods.filter(({ spec, status }) => status?.phase === 'Running' && spec.nodeName);
    const nodes = [...new Set(running.map(({ spec }) => spec.nodeName!))];
    const usages = await Promise.all(nodes.map((node) => this.#ask(node)));
    const byUid = new Map<string, PodUsage>(
      usages.flatMap((usage) => (usage?.pods ?? []).map((pod) => [pod.uid, pod] as const)),
    );
    const { clock } = this.#registry.parts;
    return running.flatMap((pod) => {
      const usage = byUid.get(pod.metadata.uid ?? '');
      return usage ? [podMetrics(pod, usage.containers, clock.now())] : [];
    });
  }

  /** Undefined when the node does not tell, or not in time: that holds up nobody else's. */
  async #ask(node: string): Promise<NodeUsage | undefined> {
    const usage = this.#accessFor(node)?.usage();
    return usage && within(PATIENCE_MS, usage, this.#registry.parts.networkClock);
  }
}

async function within<T>(limitMs: number, answer: Promise<T>, clock: Clock): Promise<T | undefined> {
  const patience = new AbortController();
  try {
    return (await Promise.race([answer, delay(clock, limitMs, patience.signal)])) ?? undefined;
  } catch {
    return undefined;
  } finally {
    patience.abort();
  }
}
