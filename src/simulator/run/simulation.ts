import { messageOf } from '../../apimachinery/errors.ts';
import { uidOf } from '../../apimachinery/object.ts';
import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import type { WrapController } from '../../cluster/controllers.ts';
import type { Pod } from '../../generated/types.ts';
import { TestCluster } from '../../library/testCluster.ts';
import { MemoryStore } from '../../store/memoryStore.ts';
import { Chance } from '../plan/chance.ts';
import { type Fault, isFault, type Operation, type Plan, type Step, UNPULLABLE } from '../plan/plan.ts';
import type { PromiseToKeep } from '../promises/promise.ts';
import { carryOut, giveLabelsBack, putNodesRight, suspendCronJobs, takeLabels } from './carryOut.ts';
import { Controllers } from './controllers.ts';
import { begin, type Victims } from './faultsAtWork.ts';
import { FaultyStore } from './faultyStore.ts';
import { Machines } from './machines.ts';
import { Referee } from './referee.ts';
import type { Outcome } from './simulate.ts';
import { Timeline } from './timeline.ts';
import { INVALID, watchingForInvalid } from './watchedControllers.ts';
import { World } from './world.ts';

const MINUTE_MS = 60_000;
/** Schedules go on for so long after the last fault: what they owe then, they owe without excuse. */
const CALM_MS = 8 * MINUTE_MS;
/** In so much time everything must have come to rest, and then stay so. */
const CONVERGENCE_MS = 30 * MINUTE_MS;
const REST_MS = 10 * MINUTE_MS;
/** How often it is asked whether everything has come to rest. */
const LOOK_EVERY_MS = 10_000;
const RETURN_AGAIN_AFTER_MS = 1000;

/** One run of a plan on a cluster of its own. */
export class Simulation {
  readonly #plan: Plan;
  readonly #timeline: Timeline;
  readonly #cluster: TestCluster;
  readonly #world: World;
  readonly #referee: Referee;
  readonly #victims: Victims;
  readonly #underWay = new Set<Promise<void>>();
  #timers = 0;

  private constructor(
    plan: Plan,
    clock: VirtualClock,
    store: FaultyStore,
    cluster: TestCluster,
    referee: (world: World) => Referee,
  ) {
    this.#plan = plan;
    this.#cluster = cluster;
    this.#timeline = new Timeline(clock, {
      onTimer: () => {
        this.#timers++;
        this.#referee.moved();
      },
      isOver: () => this.#referee.broken !== undefined,
    });
    const times = { now: () => clock.now(), elapsed: () => this.#timeline.elapsed };
    this.#world = new World(times, plan.timeZone);
    this.#referee = referee(this.#world);
    const run = (task: Promise<void>) => this.#run(task);
    this.#victims = {
      cluster,
      clock,
      store,
      machines: new Machines(cluster, run),
      controllers: new Controllers(cluster),
      run,
      jumped: (byMs) => this.#timeline.jumped(byMs),
    };
    store.onFlood = () =>
      this.#referee.accuse('the work done is bounded', 'the store was flooded at one moment');
    store.watch('/', 0, (events) => this.#referee.takeAll(events));
  }

  static async start(
    plan: Plan,
    promises: readonly PromiseToKeep[],
    wrapController?: WrapController,
  ): Promise<Simulation> {
    const clock = new VirtualClock(plan.startTime);
    const store = new FaultyStore(new MemoryStore(), clock);
    let onInvalid = (_what: string) => {};
    const cluster = await TestCluster.start({
      nodes: 0,
      clock,
      random: new SeededRandom(`cluster/${plan.seed}`),
      timeZone: plan.timeZone,
      unpullableImages: UNPULLABLE,
      history: false,
      store,
      wrapController: watchingForInvalid((what) => onInvalid(what), wrapController),
    });
    const simulation = new Simulation(plan, clock, store, cluster, (world) => new Referee(world, promises));
    onInvalid = (what) => simulation.#referee.accuse(INVALID, what);
    return simulation;
  }

  async run(): Promise<void> {
    for (const node of this.#plan.nodes) this.#victims.machines.add(node);
    for (const step of this.#plan.steps) {
      await this.#timeline.advanceTo(step.at);
      if (this.#referee.broken) return;
      this.#begin(step);
    }
    await this.#timeline.advanceTo(this.#plan.minutes * MINUTE_MS);
    await this.#comeToRest();
  }

  outcome(): Outcome {
    return {
      broken: this.#referee.broken,
      hash: this.#referee.hash(),
      changes: this.#referee.changes,
      timers: this.#timers,
      elapsedMs: this.#world.elapsed,
      errors: this.#cluster.errors,
    };
  }

  /** What is still under way is left where it is: a hung request must not hang the simulator. */
  async stop(): Promise<void> {
    this.#victims.store.trouble = undefined;
    void this.#cluster.stop().catch(() => {});
  }

  async #comeToRest(): Promise<void> {
    await this.#endAll();
    await this.#timeline.advanceBy(CALM_MS);
    this.#run(suspendCronJobs(this.#cluster.client, this.#world));
    // Much is told by the hour: while that is behind what it has been, who waits for an hour has to wait longer.
    const limit = this.#world.elapsed + CONVERGENCE_MS + this.#timeline.behindMs;
    await this.#timeline.advanceBy(LOOK_EVERY_MS);
    while (!this.#referee.broken) {
      const still = this.#underWay.size > 0 ? STUCK : this.#referee.stillToCome();
      if (!still) break;
      if (this.#world.elapsed >= limit) this.#referee.accuse(still.promise, still.what);
      await this.#timeline.advanceBy(LOOK_EVERY_MS);
    }
    this.#world.isSettled = true;
    await this.#timeline.advanceBy(REST_MS);
  }

  /** All faults end, and nodes are made usable again. */
  async #endAll(): Promise<void> {
    this.#timeline.endAll();
    await this.#timeline.advanceBy(MINUTE_MS);
    const machines = new Set(this.#cluster.nodes.names);
    this.#run(putNodesRight(this.#cluster.client, this.#world, machines));
  }

  #begin({ id, does }: Step): void {
    if (isFault(does)) this.#beginFault(does, id);
    else this.#beginOperation(does);
  }

  #beginFault(fault: Fault, id: number): void {
    const chance = new Chance(new SeededRandom(`fault/${this.#plan.seed}/${id}`));
    this.#world.faultBegins(fault.kind);
    const { end, afterMs } = begin(fault, this.#victims, chance);
    this.#timeline.endIn(afterMs, () => {
      end();
      this.#world.faultEnds(fault.kind);
    });
  }

  #beginOperation(does: Operation): void {
    const { client } = this.#cluster;
    const { machines } = this.#victims;
    if (does.kind === 'addNode') machines.add(does.node);
    else if (does.kind === 'removeNode') this.#removeNode(does.node);
    else if (does.kind === 'relabelPod') this.#run(this.#lendLabels(does));
    else this.#run(carryOut(does, client, this.#world));
  }

  /** The machine goes at once; when the store is in trouble its object may stay for a while. */
  #removeNode(name: string): void {
    const node = this.#world.get('Node', name);
    if (node) this.#world.touch(uidOf(node));
    this.#victims.machines.remove(name);
  }

  async #lendLabels({ pick, lastsMs }: Extract<Operation, { kind: 'relabelPod' }>): Promise<void> {
    const pod = await takeLabels(pick, this.#cluster.client, this.#world);
    if (pod) this.#timeline.endIn(lastsMs, () => this.#run(this.#returnLabels(pod)));
  }

  /** Until they are back, or the pod is gone: whoever waits for it is owed them, whatever became of one request. */
  async #returnLabels(pod: Pod): Promise<void> {
    const isBack = await giveLabelsBack(pod, this.#cluster.client);
    if (!isBack && this.#world.stands(pod))
      this.#timeline.endIn(RETURN_AGAIN_AFTER_MS, () => this.#run(this.#returnLabels(pod)));
  }

  /** Lets time go on while something is under way. A failure that nobody expected is a broken promise. */
  #run(task: Promise<void>): void {
    const watched = task
      .catch((error) =>
        this.#referee.accuse(UNEXPECTED, error instanceof Error ? `${error.stack}` : messageOf(error)),
      )
      .finally(() => this.#underWay.delete(watched));
    this.#underWay.add(watched);
  }
}

const UNEXPECTED = 'nothing fails in a way that nobody expected';
const STUCK = {
  promise: 'everything comes to rest when the faults are over',
  what: 'a request or a restart hangs',
};
