import { startRegistry } from '../../apiserver/testing/registry.ts';
import type { Client } from '../../client/client.ts';
import { EventRecorder } from '../../client/eventRecorder.ts';
import { Informers } from '../../client/informers.ts';
import { SeededRandom } from '../../clock/random.ts';
import type { VirtualClock } from '../../clock/virtualClock.ts';
import type { Pod } from '../../generated/types.ts';
import { Events } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { ControllerLoop } from '../framework/controllerLoop.ts';
import type { Metrics } from '../framework/metrics.ts';
import { withLag, withWriteHook } from './clients.ts';
import { type Life, PodLife } from './podLife.ts';

/** Names the controllers of a test by calling `run` with each. */
export type Controllers = (
  context: ControllerContext,
  run: <Seen, Action>(controller: Controller<Seen, Action>) => void,
) => void;

export interface RunOptions {
  readonly crashAfter?: number;
  readonly cacheLagMs?: number;
  readonly metrics?: Metrics;
}

/** The real API over a store in memory, pods that live on a virtual clock, and controllers that can crash. */
export class TestCluster {
  readonly client: Client;
  readonly clock: VirtualClock;

  private constructor(client: Client, clock: VirtualClock) {
    this.client = client;
    this.clock = clock;
  }

  static async start(lifeOf: (pod: Pod) => Life = () => ({})): Promise<TestCluster> {
    const { client, clock } = await startRegistry();
    await new PodLife(client, clock, lifeOf).start();
    return new TestCluster(client, clock);
  }

  /**
   * Runs controllers. With `crashAfter` they fall after so many writes: that one is carried out, but nothing after it. With
   * `cacheLagMs` their caches hear of everything so much later.
   */
  async run(controllers: Controllers, options: RunOptions = {}): Promise<Crash> {
    const { crashAfter = Number.POSITIVE_INFINITY, cacheLagMs = 0, metrics } = options;
    const crash = new Crash(crashAfter);
    const client = crash.applyTo(cacheLagMs > 0 ? withLag(this.client, this.clock, cacheLagMs) : this.client);
    const informers = new Informers(client, this.clock);
    const context: ControllerContext = {
      client,
      informers,
      clock: this.clock,
      random: new SeededRandom(1),
      ...(metrics && { metrics }),
      // Events go another way: they must not shift the writes that are counted.
      recorder: (component) => new EventRecorder({ client: this.client, clock: this.clock, component }),
    };
    const loops: Pick<ControllerLoop<unknown, unknown>, 'start' | 'stop'>[] = [];
    controllers(context, (controller) => loops.push(new ControllerLoop(controller, context, () => {})));
    await informers.start();
    crash.onCrash(() => {
      informers.stop();
      for (const loop of loops) void loop.stop();
    });
    for (const loop of loops) loop.start();
    return crash;
  }

  /** `Reason: message`, in the order in which they were told. */
  async events(): Promise<readonly string[]> {
    const { items } = await this.client.list(Events);
    return items.map(({ reason, message }) => `${reason}: ${message}`);
  }
}

/** Counts writes and ends it all after some number of them. */
export class Crash {
  readonly #crashAfter: number;
  #writes = 0;
  #end: () => void = () => {};

  constructor(crashAfter: number) {
    this.#crashAfter = crashAfter;
  }

  get hasHappened(): boolean {
    return this.#writes >= this.#crashAfter;
  }

  onCrash(end: () => void): void {
    this.#end = end;
  }

  applyTo(client: Client): Client {
    return withWriteHook(
      client,
      () => {
        this.#writes++;
        if (!this.hasHappened) return;
        this.#end();
        throw new Error('crashed');
      },
      () => {
        if (this.hasHappened) throw new Error('crashed');
      },
    );
  }
}

/**
 * Plays a story once for every write that the controllers make, with a crash right after it and fresh controllers from then on, and
 * once without. Returns what each ended with: all should be the same.
 */
export async function endOfEachCrash<End extends object>(
  lifeOf: (pod: Pod) => Life,
  controllers: Controllers,
  story: (cluster: TestCluster) => Promise<void>,
  end: (cluster: TestCluster) => Promise<End>,
): Promise<readonly End[]> {
  const ends: End[] = [];
  for (let crashAfter = 1; ; crashAfter++) {
    const cluster = await TestCluster.start(lifeOf);
    const crash = await cluster.run(controllers, { crashAfter });
    const restart = watchForCrash(cluster, crash, controllers);
    await story(cluster);
    await restart();
    ends.push(await end(cluster));
    if (!crash.hasHappened) return ends;
  }
}

/** How long fallen controllers stay away, in milliseconds. */
const RESTART_MS = 1_000;

function watchForCrash(cluster: TestCluster, crash: Crash, controllers: Controllers): () => Promise<void> {
  let isRestarted = false;
  const restart = async () => {
    if (!crash.hasHappened || isRestarted) return;
    isRestarted = true;
    await cluster.run(controllers);
  };
  const look = () => {
    void restart();
    if (!isRestarted) cluster.clock.callIn(RESTART_MS, look);
  };
  look();
  return restart;
}
