import { WorkQueue } from '../../client/workQueue.ts';
import type { Controller, ControllerContext, Plan } from './controller.ts';
import { OwnWrites } from './ownWrites.ts';
import { slowStart } from './slowStart.ts';

/** How many keys of one controller are worked on at once. */
const CONCURRENT_KEYS = 10;

/** Called with what went wrong with a key; the key comes again by itself. */
export type ReportError = (controller: string, key: string, error: unknown) => void;

/** Runs a controller: a queue of keys, and for each observe → plan → execute. Written once for all of them. */
export class ControllerLoop<Seen, Action> {
  readonly #controller: Controller<Seen, Action>;
  readonly #context: ControllerContext;
  readonly #queue: WorkQueue;
  readonly #writes = new Map<string, OwnWrites>();

  constructor(controller: Controller<Seen, Action>, context: ControllerContext, reportError: ReportError) {
    this.#controller = controller;
    this.#context = context;
    this.#queue = new WorkQueue({
      clock: context.clock,
      concurrency: CONCURRENT_KEYS,
      process: (key) => this.#reconcile(key),
      onError: (key, error) => reportError(controller.name, key, error),
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

  stop(): Promise<void> {
    return this.#queue.stop();
  }

  async #reconcile(key: string): Promise<void> {
    await this.#writes.get(key)?.seen();
    const seen = this.#controller.observe(key);
    if (seen === undefined) {
      this.#writes.delete(key);
      return;
    }
    const plan = this.#controller.plan(seen, this.#context.clock.now());
    if (plan.lookAgainAt !== undefined) this.#queue.addAt(key, plan.lookAgainAt);
    if (plan.stages.length > 0) await this.#execute(key, seen, plan);
  }

  async #execute(key: string, seen: Seen, plan: Plan<Action>): Promise<void> {
    const writes = this.#writesOf(key);
    for (const stage of plan.stages) {
      await slowStart(stage, (action) => this.#controller.execute(seen, action, writes.client));
    }
  }

  #writesOf(key: string): OwnWrites {
    let writes = this.#writes.get(key);
    if (!writes) {
      writes = new OwnWrites(this.#context.client, this.#context.informers);
      this.#writes.set(key, writes);
    }
    return writes;
  }
}
