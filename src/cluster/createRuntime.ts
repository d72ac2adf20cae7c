import { join } from 'node:path';
import type { Clock } from '../clock/clock.ts';
import type { Random } from '../clock/random.ts';
import { ProcessRuntime } from '../runtime/process/processRuntime.ts';
import type { Runtime } from '../runtime/runtime.ts';
import { SimulatedRuntime } from '../runtime/simulated/simulatedRuntime.ts';
import type { RuntimeChoice } from './clusterConfig.ts';

export interface RuntimeSurroundings {
  /** The node's own folder. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Images whose name matches cannot be pulled by simulated nodes. */
  readonly unpullableImages?: RegExp | undefined;
}

/** The runtime of one node. `auto` is `process` until the host has containers to offer. */
export async function createRuntime(
  choice: RuntimeChoice,
  { dataDir, clock, random, unpullableImages }: RuntimeSurroundings,
): Promise<Runtime> {
  switch (choice) {
    case 'simulated':
      return new SimulatedRuntime({
        clock,
        random,
        unpullableImages: unpullableImages ? [unpullableImages] : [],
      });
    case 'auto':
    case 'process':
      return ProcessRuntime.open({ clock, random, directory: join(dataDir, 'containers') });
  }
}
