import type { Client } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { Informers } from '../../client/informers.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import type { Metrics } from './metrics.ts';

/** What a controller is made from. It sees the cluster through these and nothing else. */
export interface ControllerContext {
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  readonly random: Random;
  /** A recorder whose events come from `component`, `job-controller` for instance. */
  recorder(component: string): EventRecorder;
  /** Nothing is measured unless given. */
  readonly metrics?: Metrics;
}

/**
 * What is to be done, as data. The stages run one after the other; within one, actions run side by side. When an action of a stage
 * fails, later stages do not run and the key comes again.
 */
export interface Plan<Action> {
  readonly stages: readonly (readonly Action[])[];
  /** When to look again even if nothing changes. */
  readonly lookAgainAt?: EpochMs | undefined;
}

/** Observe, plan, execute: `ControllerLoop` runs one of these per key. */
export interface Controller<Seen, Action> {
  /** In metrics and logs: `daemonset`. */
  readonly name: string;
  /** Calls `enqueue` with the key of every object that wants a look; called once, when the caches have synced. */
  watch(enqueue: (key: string) => void): void;
  /** What the caches hold about the key; undefined when there is nothing to do (it is gone). Must not write. */
  observe(key: string): Seen | undefined;
  /** Pure and total: the same `seen` and `now` give the same plan. */
  plan(seen: Seen, now: EpochMs): Plan<Action>;
  /**
   * Carries out one action through `client`, which remembers what was written: the key is not observed again before the caches
   * show it. Must be idempotent: a crash between any two actions, then a restart, ends in the same state.
   */
  execute(seen: Seen, action: Action, client: Client): Promise<void>;
  /** Hears how each look went: to count it. */
  onSynced?(seen: Seen, plan: Plan<Action>, outcome: SyncOutcome): void;
}

/** How one look at a key went. */
export interface SyncOutcome {
  /** False when an action failed; the key comes again. */
  readonly isSuccess: boolean;
  readonly seconds: number;
}

/** A plan of one stage after another, leaving out empty ones. */
export const inStages = <Action>(
  stages: readonly (readonly Action[])[],
  lookAgainAt?: EpochMs | undefined,
): Plan<Action> => ({ stages: stages.filter((stage) => stage.length > 0), lookAgainAt });
