import type { Labels } from '../apimachinery/labels.ts';
import { keyOf, nameOf, type ObjectKey } from '../apimachinery/object.ts';
import type { Node, Pod } from '../generated/types.ts';
import { NodeInfo } from './nodeInfo.ts';
import { asksForTheSame, hasAffinity, type PodInfo, podInfoOf, priorityOf, takesLess } from './podInfo.ts';

interface Placed {
  readonly info: PodInfo;
  readonly nodeName: string;
}

/**
 * The cluster as the scheduler sees it, changed bit by bit as news comes in and never rebuilt. A pod that was given a node counts
 * at once, before its binding is written and seen.
 */
export class Snapshot {
  readonly #nodes = new Map<string, NodeInfo>();
  readonly #placed = new Map<ObjectKey, Placed>();
  /** Pods on nodes that are not known (yet, or any more). */
  readonly #homeless = new Map<string, Map<ObjectKey, PodInfo>>();
  readonly #namespaces = new Map<string, Labels>();
  readonly #nodesWithImage = new Map<string, number>();
  #list: readonly NodeInfo[] | undefined;
  /** How many pods there are of each priority. */
  readonly #priorities = new Map<number, number>();
  #podsWithAffinity = 0;

  /** All nodes, in the order in which they came. */
  get nodes(): readonly NodeInfo[] {
    this.#list ??= [...this.#nodes.values()];
    return this.#list;
  }

  node(name: string): NodeInfo | undefined {
    return this.#nodes.get(name);
  }

  /** Whether any pod on a node has pod affinity or anti-affinity; mostly none has, and nobody needs to look. */
  get hasPodsWithAffinity(): boolean {
    return this.#podsWithAffinity > 0;
  }

  /** Whether any pod on a node is less important; mostly all are of one priority, and nobody needs to look. */
  hasPodsBelow(priority: number): boolean {
    for (const present of this.#priorities.keys()) if (present < priority) return true;
    return false;
  }

  nodesWithImage(image: string): number {
    return this.#nodesWithImage.get(image) ?? 0;
  }

  readonly namespaceLabels = (namespace: string): Labels | undefined => this.#namespaces.get(namespace);

  setNamespaceLabels(namespace: string, labels: Labels | undefined): void {
    if (labels) this.#namespaces.set(namespace, labels);
    else this.#namespaces.delete(namespace);
  }

  setNode(node: Node): void {
    const name = nameOf(node);
    const before = this.#nodes.get(name);
    const pods = before?.pods ?? this.#homeless.get(name) ?? new Map<ObjectKey, PodInfo>();
    const after = new NodeInfo(node, pods.values());
    this.#homeless.delete(name);
    this.#countImages(before, -1);
    this.#countImages(after, 1);
    this.#nodes.set(name, after);
    this.#list = undefined;
  }

  removeNode(name: string): void {
    const info = this.#nodes.get(name);
    if (!info) return;
    this.#countImages(info, -1);
    this.#nodes.delete(name);
    this.#list = undefined;
    if (info.pods.size > 0) this.#homeless.set(name, new Map(info.pods));
  }

  hasPod(key: ObjectKey): boolean {
    return this.#placed.has(key);
  }

  /** Takes in a pod that is on a node. Returns the node when it has more room now. */
  setPod(pod: Pod): NodeInfo | undefined {
    const key = keyOf(pod);
    const nodeName = pod.spec.nodeName ?? '';
    const before = this.#placed.get(key);
    if (before?.nodeName === nodeName && asksForTheSame(before.info.pod, pod)) {
      this.#replace(before.info, { ...before.info, pod }, nodeName);
      return undefined;
    }
    this.removePod(key);
    const info = podInfoOf(pod);
    this.#place(info, nodeName);
    return before && takesLess(info, before.info) ? this.#nodes.get(nodeName) : undefined;
  }

  /** Counts a pod on the node that it will be bound to. `removePod` takes it back. */
  assume(info: PodInfo, nodeName: string): void {
    this.#place(info, nodeName);
  }

  /** Returns the node that has more room now. */
  removePod(key: ObjectKey): NodeInfo | undefined {
    const placed = this.#placed.get(key);
    if (!placed) return undefined;
    const { info, nodeName } = placed;
    this.#placed.delete(key);
    this.#countPod(info, -1);
    const node = this.#nodes.get(nodeName);
    if (node) node.remove(info);
    else this.#leaveHomeless(info, nodeName);
    return node;
  }

  #place(info: PodInfo, nodeName: string): void {
    this.#placed.set(info.key, { info, nodeName });
    this.#countPod(info, 1);
    const node = this.#nodes.get(nodeName);
    if (node) node.add(info);
    else if (this.#homeless.has(nodeName)) this.#homeless.get(nodeName)!.set(info.key, info);
    else this.#homeless.set(nodeName, new Map([[info.key, info]]));
  }

  #leaveHomeless({ key }: PodInfo, nodeName: string): void {
    const pods = this.#homeless.get(nodeName);
    pods?.delete(key);
    if (pods?.size === 0) this.#homeless.delete(nodeName);
  }

  #replace(before: PodInfo, after: PodInfo, nodeName: string): void {
    this.#placed.set(after.key, { info: after, nodeName });
    const node = this.#nodes.get(nodeName);
    if (!node) this.#homeless.get(nodeName)?.set(after.key, after);
    else {
      node.pods.set(after.key, after);
      if (node.podsWithAffinity.delete(before)) node.podsWithAffinity.add(after);
    }
  }

  #countPod(info: PodInfo, change: 1 | -1): void {
    if (hasAffinity(info)) this.#podsWithAffinity += change;
    const priority = priorityOf(info);
    const count = (this.#priorities.get(priority) ?? 0) + change;
    if (count > 0) this.#priorities.set(priority, count);
    else this.#priorities.delete(priority);
  }

  #countImages(info: NodeInfo | undefined, change: 1 | -1): void {
    for (const image of info?.images.keys() ?? []) {
      const count = this.nodesWithImage(image) + change;
      if (count > 0) this.#nodesWithImage.set(image, count);
      else this.#nodesWithImage.delete(image);
    }
  }
}
