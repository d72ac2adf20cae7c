import { type Clock, type EpochMs, hourAt, type Ms } from '../../clock/clock.ts';
import type { Node } from '../../generated/types.ts';
import { readyStatus } from './taints.ts';

/** Between two nodes of a zone that are emptied (`--node-eviction-rate`). */
const TURN_MS = 10_000;
/** The same where most of a large zone is lost (`--secondary-node-eviction-rate`, `--large-cluster-size-threshold`). */
const SLOW_TURN_MS = 100_000;
const LARGE_ZONE = 50;
/** From which share of lost nodes on, and of more than two, it is rather the network (`--unhealthy-zone-threshold`). */
const MOST_LOST = 0.55;

/** Whether a node that is lost may be tainted so that pods leave it: when its turn comes, not now, or not at all. */
export type Emptying =
  | { readonly kind: 'inTurn'; readonly from: EpochMs }
  | { readonly kind: 'paused' }
  | { readonly kind: 'stopped' };

interface Entry {
  readonly zone: string;
  readonly isReady: boolean;
}

interface Zone {
  ready: number;
  lost: number;
  /** When a node of it was emptied last. */
  lastTurn?: Ms;
}

type Health = 'normal' | 'partlyLost' | 'lost';

/**
 * How the zones of the cluster fare, and what that means for their lost nodes (upstream's disruption modes). When no node at all is
 * ready, it is the control plane that hears nobody, and no pod has to leave.
 */
export class Zones {
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #zones = new Map<string, Zone>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes note of a node, or of its end. True when that changes what may be done with others. */
  note(name: string, node: Node | undefined): boolean {
    const before = this.#entries.get(name);
    const after = node && entryOf(node);
    if (before?.zone === after?.zone && before?.isReady === after?.isReady) return false;
    const healths = this.#healths();
    if (before) this.#count(before, -1);
    if (after) this.#count(after, 1);
    if (after) this.#entries.set(name, after);
    else this.#entries.delete(name);
    return this.#healths() !== healths;
  }

  emptyingOf(node: Node): Emptying {
    const zone = this.#zoneOf(zoneOf(node));
    const all = [...this.#zones.values()].filter(({ ready, lost }) => ready + lost > 0);
    if (all.length > 0 && all.every((other) => healthOf(other) === 'lost')) return { kind: 'stopped' };
    const isPartlyLost = healthOf(zone) === 'partlyLost';
    if (isPartlyLost && zone.ready + zone.lost <= LARGE_ZONE) return { kind: 'paused' };
    const next =
      zone.lastTurn === undefined ? undefined : zone.lastTurn + (isPartlyLost ? SLOW_TURN_MS : TURN_MS);
    return { kind: 'inTurn', from: next === undefined ? this.#clock.now() : hourAt(this.#clock, next) };
  }

  /** Takes the turn of the node's zone. What is returned gives it back. */
  takeTurn(node: Node): () => void {
    const zone = this.#zoneOf(zoneOf(node));
    const { lastTurn } = zone;
    zone.lastTurn = this.#clock.elapsed();
    return () => {
      if (lastTurn === undefined) delete zone.lastTurn;
      else zone.lastTurn = lastTurn;
    };
  }

  #zoneOf(key: string): Zone {
    return this.#zones.getOrInsertComputed(key, () => ({ ready: 0, lost: 0 }));
  }

  #count({ zone, isReady }: Entry, by: number): void {
    this.#zoneOf(zone)[isReady ? 'ready' : 'lost'] += by;
  }

  #healths(): string {
    return Array.from(this.#zones, ([key, zone]) => `${key}=${healthOf(zone)}`).join();
  }
}

/** Nodes that are labelled so are not counted. */
function entryOf(node: Node): Entry | undefined {
  if (node.metadata.labels?.['node.kubernetes.io/exclude-disruption'] !== undefined) return undefined;
  return { zone: zoneOf(node), isReady: readyStatus(node) === 'True' };
}

function zoneOf({ metadata: { labels = {} } }: Node): string {
  return `${labels['topology.kubernetes.io/region'] ?? ''}/${labels['topology.kubernetes.io/zone'] ?? ''}`;
}

function healthOf({ ready, lost }: Zone): Health {
  if (ready === 0 && lost > 0) return 'lost';
  return lost > 2 && lost / (ready + lost) >= MOST_LOST ? 'partlyLost' : 'normal';
}
