import type { Pod } from '../../../generated/types.ts';
import { Pods } from '../../../resources/kinds.ts';
import { isMirrorPod } from '../../../resources/pod/mirrorPod.ts';
import type { Store } from '../../../store/store.ts';
import { follow } from '../followCollection.ts';
import { podReferences } from './podReferences.ts';

/** Which pods are bound to which node, and what they name. */
export class PodsByNode {
  readonly #pods = new Map<string, Map<string, Pod>>();
  readonly #nodes = new Map<string, string>();
  /** Made on the first question: most pods are never asked about. */
  readonly #references = new WeakMap<Pod, ReadonlySet<string>>();

  constructor(store: Store) {
    follow(store, Pods, (key, pod) => this.#set(key, pod));
  }

  /** Whether a pod of this name is bound to the node. */
  holds(nodeName: string, namespace: string, podName: string): boolean {
    for (const { metadata } of this.#on(nodeName)) {
      if (metadata.name === podName && metadata.namespace === namespace) return true;
    }
    return false;
  }

  /** Whether a pod that is bound to the node names it: `secrets/<name>` and the like, of the pod's namespace. */
  names(nodeName: string, namespace: string, reference: string): boolean {
    for (const pod of this.#on(nodeName)) {
      if (pod.metadata.namespace === namespace && this.#referencesOf(pod).has(reference)) return true;
    }
    return false;
  }

  #on(nodeName: string): Iterable<Pod> {
    return this.#pods.get(nodeName)?.values() ?? [];
  }

  #referencesOf(pod: Pod): ReadonlySet<string> {
    let references = this.#references.get(pod);
    if (!references) {
      // A node makes mirror pods itself: it must not gain access by what it writes into them.
      references = isMirrorPod(pod) ? new Set() : podReferences(pod);
      this.#references.set(pod, references);
    }
    return references;
  }

  #set(key: string, pod: Pod | undefined): void {
    const before = this.#nodes.get(key);
    const after = pod?.spec.nodeName;
    if (before !== undefined && before !== after) {
      const pods = this.#pods.get(before);
      pods?.delete(key);
      if (pods?.size === 0) this.#pods.delete(before);
      this.#nodes.delete(key);
    }
    if (!pod || !after) return;
    this.#pods.getOrInsertComputed(after, () => new Map()).set(key, pod);
    this.#nodes.set(key, after);
  }
}
