import type { AffinityTerm } from './affinityTerms.ts';
import type { NodeInfo } from './nodeInfo.ts';
import type { PodInfo } from './podInfo.ts';

/** Numbers by domain, a domain being a label's key and value: a zone, a rack, a host. */
export class Domains {
  readonly #byKey = new Map<string, Map<string, number>>();

  get isEmpty(): boolean {
    return this.#byKey.size === 0;
  }

  /** Adds to the domain that the node lies in by this key, if in any. */
  add(node: NodeInfo, key: string, amount: number): void {
    const value = node.label(key);
    if (value === undefined) return;
    const values = this.#byKey.get(key);
    if (values) values.set(value, (values.get(value) ?? 0) + amount);
    else this.#byKey.set(key, new Map([[value, amount]]));
  }

  /** Whether something was counted in the node's domain. */
  has(node: NodeInfo, key: string): boolean {
    const value = node.label(key);
    return value !== undefined && (this.#byKey.get(key)?.has(value) ?? false);
  }

  hasAny(node: NodeInfo): boolean {
    for (const key of this.#byKey.keys()) if (this.has(node, key)) return true;
    return false;
  }

  /** The sum over all of the node's domains. */
  sumFor(node: NodeInfo): number {
    let sum = 0;
    for (const [key, values] of this.#byKey) sum += values.get(node.label(key) ?? '') ?? 0;
    return sum;
  }
}

/** The domains in which there are pods that terms of affinity mean: `termsOf` says which terms mean a pod. */
export function domainsOf(
  nodes: readonly NodeInfo[],
  termsOf: (pod: PodInfo) => readonly AffinityTerm[],
  podsOf: (node: NodeInfo) => Iterable<PodInfo> = ({ pods }) => pods.values(),
): Domains {
  const domains = new Domains();
  for (const node of nodes) {
    for (const pod of podsOf(node)) {
      for (const { topologyKey, weight } of termsOf(pod)) domains.add(node, topologyKey, weight);
    }
  }
  return domains;
}
