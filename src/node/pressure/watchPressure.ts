import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Clock } from '../../clock/clock.ts';
import type { ObjectReference } from '../../generated/types.ts';
import type { Runtime } from '../../runtime/runtime.ts';
import type { ImageCollector } from '../images/imageCollector.ts';
import { pressureEvent } from '../nodeObject.ts';
import type { PodSet } from '../podSet.ts';
import type { VolumesDirectory } from '../volumes/volumes.ts';
import { NodePressure } from './nodePressure.ts';
import { parseThresholds } from './parseThresholds.ts';
import { PodEviction } from './podEviction.ts';
import { observe, type PressureType } from './signals.ts';
import { HARD_THRESHOLDS } from './thresholds.ts';

export interface WatchPressureOptions {
  readonly node: ObjectReference;
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly recorder: EventRecorder;
  readonly volumesDirectory: VolumesDirectory;
  readonly pods: Pick<PodSet, 'running' | 'fail'>;
  readonly images: ImageCollector | undefined;
  /** The usual thresholds unless given. */
  readonly evictionHard: string | undefined;
  /** Tells the API of the node's conditions. */
  tellStatus(): Promise<void>;
  reportError(error: Error): void;
}

/** Sees to it that a node which runs out of memory, disk or processes says so, and makes room. */
export function watchPressure(options: WatchPressureOptions): NodePressure {
  const { node, clock, runtime, recorder, volumesDirectory, pods, images, reportError } = options;
  const eviction = new PodEviction({
    node,
    recorder,
    runtime,
    volumesDirectory,
    pods: () => pods.running,
    removeImages: async () => ((await images?.removeUnused()) ?? 0) > 0,
    evict: (pod, failure) => pods.fail(pod, failure),
  });
  const tell = (type: PressureType, isThere: boolean) => {
    const reason = pressureEvent(type, isThere);
    recorder.event(node, 'Normal', reason, `Node ${node.name} status is now: ${reason}`);
  };
  return new NodePressure({
    clock,
    thresholds: options.evictionHard === undefined ? HARD_THRESHOLDS : parseThresholds(options.evictionHard),
    observe: async () => observe(await runtime.stats.host(), await runtime.images?.disk()),
    relieve: (shortage) => eviction.relieve(shortage),
    onChange(began, ended) {
      for (const type of began) tell(type, true);
      for (const type of ended) tell(type, false);
      options.tellStatus().catch(reportError);
    },
    reportError,
  });
}
