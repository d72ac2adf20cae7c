import type { TestCluster } from '../../library/testCluster.ts';
import { FaultyRequests } from './faultyRequests.ts';

/** The controllers and the scheduler: they can die at any write, and others take over. */
export class Controllers {
  readonly requests = new FaultyRequests();
  readonly #cluster: TestCluster;
  #isDown = false;
  #replacing = Promise.resolve();

  constructor(cluster: TestCluster) {
    this.#cluster = cluster;
    cluster.controllerLink.interceptor = this.requests;
  }

  /** They die right after so many more writes; until others have come, nothing more can happen to them. */
  crashAfter(writes: number): void {
    this.requests.countDown(writes, () => {
      this.#isDown = true;
      this.#cluster.controllerLink.cut();
    });
  }

  /** Others take over, whether or not the last ones are dead yet. Resolves when they are at work. */
  replace(): Promise<void> {
    this.#replacing = this.#replacing.then(() => this.#replace());
    return this.#replacing;
  }

  async #replace(): Promise<void> {
    this.requests.countDown(Number.POSITIVE_INFINITY, () => {});
    this.#isDown = true;
    await this.#cluster.restartControllers();
    this.#cluster.controllerLink.interceptor = this.requests;
    this.#isDown = false;
  }

  /** Their link, while they live: whoever is dead must not be brought back by a cable that is plugged in again. */
  get link() {
    return this.#isDown ? undefined : this.#cluster.controllerLink;
  }
}
