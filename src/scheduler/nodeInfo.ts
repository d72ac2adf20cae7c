import { getOwn, nameOf, type ObjectKey } from '../apimachinery/object.ts';
import type { Node } from '../generated/types.ts';
import type { HostPort } from './hostPorts.ts';
import { hasAffinity, type PodInfo } from './podInfo.ts';
import { type Amounts, amountsOf } from './podRequests.ts';

/** A node and the sum of what the pods on it, bound or assumed, take. */
export class NodeInfo {
  readonly node: Node;
  readonly name: string;
  readonly allocatable: Readonly<Amounts>;
  /** Sizes in bytes of the images that are there, by every name they have. */
  readonly images: ReadonlyMap<string, number>;
  readonly requested: Amounts = new Map();
  readonly nonZeroRequested = { cpu: 0, memory: 0 };
  readonly pods = new Map<ObjectKey, PodInfo>();
  readonly podsWithAffinity = new Set<PodInfo>();
  readonly usedPorts = new Set<HostPort>();

  constructor(node: Node, pods: Iterable<PodInfo> = []) {
    this.node = node;
    this.name = nameOf(node);
    this.allocatable = amountsOf(node.status?.allocatable);
    this.images = imagesOf(node);
    for (const pod of pods) this.add(pod);
  }

  label(key: string): string | undefined {
    return getOwn(this.node.metadata.labels, key);
  }

  add(pod: PodInfo): void {
    this.pods.set(pod.key, pod);
    if (hasAffinity(pod)) this.podsWithAffinity.add(pod);
    for (const port of pod.hostPorts) this.usedPorts.add(port);
    this.#count(pod, 1);
  }

  remove(pod: PodInfo): void {
    this.pods.delete(pod.key);
    this.podsWithAffinity.delete(pod);
    for (const port of pod.hostPorts) this.usedPorts.delete(port);
    this.#count(pod, -1);
  }

  #count({ requests, nonZeroRequests }: PodInfo, sign: 1 | -1): void {
    for (const [resource, amount] of requests) {
      this.requested.set(resource, (this.requested.get(resource) ?? 0) + sign * amount);
    }
    this.nonZeroRequested.cpu += sign * nonZeroRequests.cpu;
    this.nonZeroRequested.memory += sign * nonZeroRequests.memory;
  }
}

function imagesOf({ status }: Node): Map<string, number> {
  const images = new Map<string, number>();
  for (const { names = [], sizeBytes = 0 } of status?.images ?? []) {
    for (const name of names) images.set(name, sizeBytes);
  }
  return images;
}
