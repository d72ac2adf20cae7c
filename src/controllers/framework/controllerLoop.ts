import { isStatusError } from '../../apimachinery/errors.ts';
import { WorkQueue } from '../../client/workQueue.ts';
import type { Controller, ControllerContext, Plan } from './controller.ts';
import { type Metrics, noMetrics } from './metrics.ts';
import { OwnWrites } from './ownWrites.ts';
import { slowStart } from './slowStart.ts';

/** How many keys of one controller are worked on at once: enough that their writes share a commit. */
const CONCURRENT_KEYS = 256;

/** So many keys' last writes are remembered before it is looked which of them the caches show by now. */
const LEAST_UNSEEN = 256;

/** Called with what went wrong with a key; the key comes again by itself. */
export type ReportError = (controller: string, key: string, error: unknown) => void;

/** Runs a controller: a queue of keys, and for each observe → plan → execute. Written once for all of them. */
export class ControllerLoop<Seen, Action> {
  readonly #controller: Controller<Seen, Action>;
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #metrics: Metrics;
  /** Of keys whose last writes the caches may not show yet. */
  readonly #unseen = new Map<string, OwnWrites>();
  #mostUnseen = LEAST_UNSEEN;
  #isStopped = false;

  constructor(controller: Controller<Seen, Action>, context: ControllerContext, reportError: ReportError) {
    this.#controller = controller;
    this.#context = context;
    this.#metrics = context.metrics ?? noMetrics;
    this.#queue = new WorkQueue({
      clock: context.clock,
      concurrency: CONCURRENT_KEYS,
      process: (key) => this.#reconcile(key),
      onError: (key, error) => {
        this.#metrics.count('workqueue_retries_total', { name: controller.name });
        // Somebody else wrote first: looking again is all that it takes.
        if (!isStatusError(error, 'Conflict')) reportError(controller.name, key, error);
      },
    });
  }

  /** Begins to work. Call it when the caches have synced: a plan must never see half a cluster. */
  start(): void {
    this.#controller.watch((key) => this.#queue.add(key));
  }

  get name(): string {
    return this.#controller.name;
  }

  /** Keys that wait for a look (`workqueue_depth`). */
  get depth(): number {
    return this.#queue.depth;
  }

  /** Keys that only wait for the caches are let go: whoever waits for a network that is gone would wait for ever. */
  stop(): Promise<void> {
    this.#isStopped = true;
    return this.#queue.stop();
  }

  async #reconcile(key: string): Promise<void> {
    const { clock } = this.#context;
    const startedAt = clock.elapsed();
    try {
      const unseen = this.#unseen.get(key);
      if (unseen && !unseen.areSeen) await unseen.seen();
      // A cache that stands still may show anything: nothing is decided on it any more.
      if (this.#isStopped) return;
      this.#unseen.delete(key);
      const seen = this.#controller.observe(key);
      if (seen !== undefined) await this.#carryOut(key, seen);
    } finally {
      const seconds = (clock.elapsed() - startedAt) / 1000;
      this.#metrics.observe('workqueue_work_duration_seconds', { name: this.name }, seconds);
    }
  }

  async #carryOut(key: string, seen: Seen): Promise<void> {
    const { clock } = this.#context;
    const startedAt = clock.elapsed();
    const plan = this.#controller.plan(seen, clock.now());
    this.#planNextLook(key, plan);
    let isSuccess = false;
    try {
      if (plan.stages.length > 0) await this.#execute(key, seen, plan);
      isSuccess = true;
    } finally {
      const seconds = (clock.elapsed() - startedAt) / 1000;
      this.#controller.onSynced?.(seen, plan, { isSuccess, seconds });
    }
  }

  /**
   * As a delay, even where the plan means a date: when the hour is set back, what goes by what has elapsed must not wait for it. A look that
   * comes too early looks again. A time that somebody's malformed timestamp led to is no time.
   */
  #planNextLook(key: string, { lookAgainAt }: Plan<Action>): void {
    if (lookAgainAt === undefined || !Number.isFinite(lookAgainAt)) return;
    // From this very moment, not from before the plan: what is due at the same minute must wake together.
    this.#queue.addIn(key, lookAgainAt - this.#context.clock.now());
  }

  async #execute(key: string, seen: Seen, { stages }: Plan<Action>): Promise<void> {
    const writes = new OwnWrites(this.#context.client, this.#context.informers);
    try {
      for (const stage of stages)
        await slowStart(stage, (action) => this.#controller.execute(seen, action, writes.client));
    } finally {
      this.#unseen.set(key, writes);
      if (this.#unseen.size > this.#mostUnseen) this.#forgetSeen();
    }
  }

  /** Of keys that never come again, those of events that were removed for instance, the last writes would be kept for ever. */
  #forgetSeen(): void {
    for (const [key, writes] of this.#unseen) if (writes.areSeen) this.#unseen.delete(key);
    this.#mostUnseen = Math.max(LEAST_UNSEEN, 2 * this.#unseen.size);
  }
}
