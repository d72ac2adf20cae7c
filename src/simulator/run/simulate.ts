import type { WrapController } from '../../cluster/controllers.ts';
import type { Plan } from '../plan/plan.ts';
import { allPromises } from '../promises/allPromises.ts';
import type { PromiseToKeep } from '../promises/promise.ts';
import type { Broken } from './referee.ts';
import { Simulation } from './simulation.ts';

export interface SimulateOptions {
  /** All of them unless given. */
  readonly promises?: readonly PromiseToKeep[];
  /** Puts a controller that is broken on purpose in the place of one. */
  readonly wrapController?: WrapController;
}

/** What came of a plan. */
export interface Outcome {
  readonly broken: Broken | undefined;
  /** Over every change of every object: the same plan gives the same. */
  readonly hash: string;
  readonly changes: number;
  readonly timers: number;
  /** By the stopwatch. */
  readonly elapsedMs: number;
  /** What controllers and nodes reported: many of these are what faults are for. */
  readonly errors: readonly string[];
}

/** Runs a plan from its beginning until everything has come to rest, or a promise is broken. */
export async function simulate(plan: Plan, options: SimulateOptions = {}): Promise<Outcome> {
  const simulation = await Simulation.start(plan, options.promises ?? allPromises, options.wrapController);
  try {
    await simulation.run();
    return simulation.outcome();
  } finally {
    await simulation.stop();
  }
}
