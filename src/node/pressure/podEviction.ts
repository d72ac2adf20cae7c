import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { ObjectReference, Pod } from '../../generated/types.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import { containersOf } from '../pod/containers.ts';
import type { PodFailure } from '../pod/podMemory.ts';
import type { MeasuredPod } from '../stats/measuredPod.ts';
import { lookAtStorage } from '../stats/storage.ts';
import type { VolumesDirectory } from '../volumes/volumes.ts';
import { evictionMessage } from './evictionMessage.ts';
import { firstToGo } from './evictionOrder.ts';
import { resourceOf, type Shortage } from './thresholds.ts';

/** The kubelet's grace for a pod that goes because a hard threshold is met. */
const GRACE_SECONDS = 1;

export interface PodEvictionOptions {
  readonly node: ObjectReference;
  readonly recorder: EventRecorder;
  readonly runtime: Runtime;
  readonly volumesDirectory: VolumesDirectory;
  pods(): readonly MeasuredPod[];
  /** Removes images that nobody uses; false when there was nothing to gain. */
  removeImages(): Promise<boolean>;
  evict(pod: Pod, failure: PodFailure): void;
}

/** What is used of that which is short, by containers' identifiers; and beside them by the pod. */
interface Uses {
  readonly containers: ReadonlyMap<string, number>;
  beside(pod: Pod): number;
}

/** Makes room on a node that has run out of something: images that nobody uses go first, then one pod at a time. */
export class PodEviction {
  readonly #options: PodEvictionOptions;

  constructor(options: PodEvictionOptions) {
    this.#options = options;
  }

  async relieve(shortage: Shortage): Promise<void> {
    const { recorder, node, removeImages } = this.#options;
    const resource = resourceOf(shortage);
    recorder.event(node, 'Warning', 'EvictionThresholdMet', `Attempting to reclaim ${resource}`);
    if (resource === 'ephemeral-storage' && (await removeImages())) return;
    await this.#evictOne(shortage, resource);
  }

  async #evictOne(shortage: Shortage, resource: string): Promise<void> {
    const { pods, recorder, evict } = this.#options;
    const running = pods();
    const uses = await this.#usesOf(resource, running);
    const used = (pod: MeasuredPod) =>
      pod.containers.reduce((sum, { id }) => sum + (uses.containers.get(id) ?? 0), uses.beside(pod.pod));
    const consumers = running.map((measured) => ({ pod: measured.pod, used: used(measured), measured }));
    const first = firstToGo(consumers, resource);
    if (!first) return;
    const message = evictionMessage(shortage, consumptions(first.measured, uses));
    recorder.event(first.pod, 'Warning', 'Evicted', message);
    evict(first.pod, { reason: 'Evicted', message, gracePeriodSeconds: GRACE_SECONDS, isDisruption: true });
  }

  /** Of inodes and processes nobody tells whose they are: priorities decide. */
  async #usesOf(resource: string, running: readonly MeasuredPod[]): Promise<Uses> {
    const { runtime, volumesDirectory } = this.#options;
    if (resource === 'memory') {
      const stats = await runtime.stats.containers();
      const containers = new Map(stats.map(({ containerId, memory }) => [containerId, memory.workingSet]));
      return { containers, beside: () => 0 };
    }
    if (resource !== 'ephemeral-storage') return { containers: new Map(), beside: () => 0 };
    const sources = { stats: runtime.stats, images: runtime.images, volumesDirectory };
    const { pods } = await lookAtStorage(sources, running);
    const disks = [...pods.values()].flatMap(({ containers }) => [...containers.values()]);
    const bytes = disks.map(({ containerId, root, logs }): [string, number] => [
      containerId,
      (root?.usedBytes ?? 0) + (logs?.usedBytes ?? 0),
    ]);
    const beside = ({ metadata }: Pod) =>
      (pods.get(metadata.uid ?? '')?.volumes ?? [])
        .filter(({ isMemory }) => !isMemory)
        .reduce((sum, { use }) => sum + (use?.usedBytes ?? 0), 0);
    return { containers: new Map(bytes), beside };
  }
}

function consumptions({ pod, containers }: MeasuredPod, uses: Uses) {
  const specs = new Map(containersOf(pod).map(({ name, spec }) => [name, spec]));
  return containers.flatMap(({ id, name }) => {
    const container = specs.get(name);
    return container ? [{ container, used: uses.containers.get(id) ?? 0 }] : [];
  });
}
