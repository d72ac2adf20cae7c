import { isIPv4 } from 'node:net';
import { isLoopback } from '../apimachinery/loopback.ts';
import { type Cancel, type Clock, callEvery } from '../clock/clock.ts';
import type { Node } from '../generated/types.ts';
import type { PodRoute, Runtime } from '../runtime/runtime.ts';
import type { NodeSources } from './nodeSources.ts';

export interface PodRoutesOptions {
  readonly clock: Clock;
  readonly runtime: Runtime;
  readonly sources: NodeSources;
  /** The InternalIPs of this node. */
  readonly addresses: readonly string[];
  reportError(error: Error): void;
}

/** Whoever takes a link down takes its routes along; so they are looked after. */
const LOOK_AGAIN_MS = 15_000;

/** Tells the runtime the way to the pods of other hosts, as nodes come, go and change. */
export class PodRoutes {
  readonly #options: PodRoutesOptions;
  readonly #cancels: Cancel[] = [];
  #wanted: readonly PodRoute[] | undefined;
  #isTelling = false;
  #isStale = false;
  #lastProblem = '';

  constructor(options: PodRoutesOptions) {
    this.#options = options;
  }

  /** Does nothing where pods have no network of their own. */
  start(): void {
    const { runtime, sources, clock, addresses } = this.#options;
    if (!runtime.usePodRoutes) return;
    const take = (nodes: readonly Node[]) => {
      const wanted = podRoutes(nodes, addresses);
      if (JSON.stringify(wanted) === JSON.stringify(this.#wanted)) return;
      this.#wanted = wanted;
      void this.#tell();
    };
    this.#cancels.push(
      sources.watchNodes(take),
      callEvery(clock, LOOK_AGAIN_MS, () => void this.#tell()),
    );
  }

  stop(): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
  }

  /** Once at a time, and once more if something has changed meanwhile. */
  async #tell(): Promise<void> {
    this.#isStale = this.#isTelling;
    if (this.#isTelling || !this.#wanted) return;
    this.#isTelling = true;
    do {
      this.#isStale = false;
      await this.#options.runtime.usePodRoutes?.(this.#wanted).then(
        () => this.#heard(undefined),
        (error: Error) => this.#heard(error),
      );
    } while (this.#isStale);
    this.#isTelling = false;
  }

  /** The same trouble is told once. */
  #heard(error: Error | undefined): void {
    const problem = error?.message ?? '';
    if (error && problem !== this.#lastProblem) this.#options.reportError(error);
    this.#lastProblem = problem;
  }
}

/** The way to the pods of each node of another host. Nodes of this host, of the same process or not, share its network. */
export function podRoutes(nodes: readonly Node[], ownAddresses: readonly string[]): PodRoute[] {
  return nodes
    .flatMap((node) => {
      const podCIDR = node.spec?.podCIDR;
      const via = internalAddress(node);
      const isElsewhere = via !== undefined && !ownAddresses.includes(via) && !isLoopback(via);
      return podCIDR && isElsewhere ? [{ podCIDR, via }] : [];
    })
    .toSorted((a, b) => (a.podCIDR < b.podCIDR ? -1 : 1));
}

const internalAddress = ({ status }: Node): string | undefined =>
  status?.addresses?.find(({ type, address }) => type === 'InternalIP' && isIPv4(address))?.address;
