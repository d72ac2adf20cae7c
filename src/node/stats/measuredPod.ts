import type { EpochMs } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { containersOf } from '../pod/containers.ts';
import type { PodMemory } from '../pod/podMemory.ts';

/** A pod of which something runs. */
export interface MeasuredPod {
  readonly pod: Pod;
  readonly startedAt: EpochMs;
  readonly containers: readonly MeasuredContainer[];
}

/** A container that runs. */
export interface MeasuredContainer {
  readonly id: string;
  readonly name: string;
  readonly startedAt: EpochMs;
}

/** What runs of a pod; undefined when nothing does. */
export function measuredPod({
  pod,
  memory,
}: {
  readonly pod: Pod;
  readonly memory: PodMemory;
}): MeasuredPod | undefined {
  const containers = containersOf(pod).flatMap(({ name }) => {
    const life = memory.containers.get(name)?.current;
    if (life?.state !== 'running') return [];
    return [{ id: life.id, name, startedAt: life.startedAt ?? life.createdAt }];
  });
  if (containers.length === 0) return undefined;
  return { pod, startedAt: memory.sandbox?.createdAt ?? memory.startTime, containers };
}
