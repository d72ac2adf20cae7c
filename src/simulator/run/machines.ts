import type { NodeDescription } from '../../library/simulatedNode.ts';
import type { TestCluster } from '../../library/testCluster.ts';
import { FaultyRequests } from './faultyRequests.ts';

/**
 * The machines of the cluster. What is done to one of them waits until what was done to it before has come to its end, and nobody waits
 * for it: time must go on.
 */
export class Machines {
  readonly #cluster: TestCluster;
  readonly #run: (task: Promise<void>) => void;
  readonly #last = new Map<string, Promise<void>>();
  readonly #requests = new Map<string, FaultyRequests>();

  constructor(cluster: TestCluster, run: (task: Promise<void>) => void) {
    this.#cluster = cluster;
    this.#run = run;
  }

  has(name: string): boolean {
    return this.#cluster.nodes.names.includes(name);
  }

  add(description: NodeDescription): void {
    this.#next(description.name, async () => {
      if (!this.has(description.name)) await this.#cluster.nodes.add(description);
    });
  }

  crash(name: string): void {
    this.#ifThere(name, () => this.#cluster.nodes.crash(name));
  }

  restart(name: string): void {
    this.#ifThere(name, () => this.#cluster.nodes.restart(name));
  }

  remove(name: string): void {
    this.#ifThere(name, () => this.#cluster.nodes.remove(name).catch(() => {}));
  }

  /** How its requests can be broken. */
  requestsOf(name: string): FaultyRequests {
    const requests = this.#requests.getOrInsertComputed(name, () => new FaultyRequests());
    if (this.has(name)) this.#cluster.nodes.link(name).interceptor = requests;
    return requests;
  }

  #ifThere(name: string, act: () => Promise<void>): void {
    this.#next(name, async () => {
      if (this.has(name)) await act();
    });
  }

  #next(name: string, act: () => Promise<void>): void {
    const task = (this.#last.get(name) ?? Promise.resolve()).then(act);
    this.#last.set(name, task);
    this.#run(task);
  }
}
