import type { ObjectKey } from '../apimachinery/object.ts';
import { type PodInfo, priorityOf } from './podInfo.ts';
import type { Snapshot } from './snapshot.ts';

interface Nomination {
  readonly info: PodInfo;
  readonly node: string;
}

/** Pods that others were pushed out for, and the nodes that they wait for: what becomes free there is not for less important pods. */
export class Nominations {
  readonly #byPod = new Map<ObjectKey, Nomination>();

  set(info: PodInfo, node: string): void {
    this.#byPod.set(info.key, { info, node });
  }

  delete(key: ObjectKey): void {
    this.#byPod.delete(key);
  }

  /** Makes a decision about a pod, with those before it counted on the nodes that they wait for. */
  decide<Decision>(pod: PodInfo, snapshot: Snapshot, decision: () => Decision): Decision {
    const before = [...this.#byPod.values()].filter(
      ({ info }) => info.key !== pod.key && priorityOf(info) >= priorityOf(pod),
    );
    for (const { info, node } of before) snapshot.assume(info, node);
    try {
      return decision();
    } finally {
      for (const { info } of before) snapshot.removePod(info.key);
    }
  }

  /** Pods of lower priority that wait for the node wait in vain. */
  outrank(pod: PodInfo, node: string): void {
    for (const [key, nomination] of this.#byPod) {
      if (nomination.node === node && priorityOf(nomination.info) < priorityOf(pod)) this.#byPod.delete(key);
    }
  }
}
