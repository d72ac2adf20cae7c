import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { SimulatedRuntime } from '../runtime/simulated/simulatedRuntime.ts';
import type { RuntimeChoice } from './clusterConfig.ts';

export interface RuntimeSurroundings {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
}

/** The runtime of one node. `auto` is `process` until the host has containers to offer. */
export function createRuntime(_choice: RuntimeChoice, { clock, random }: RuntimeSurroundings): Runtime {
  return new SimulatedRuntime({ clock, random });
}
