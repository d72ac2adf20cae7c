import { StatusError } from '../../apimachinery/errors.ts';
import type { VirtualClock } from '../../clock/virtualClock.ts';
import type { Link } from '../../library/link.ts';
import type { TestCluster } from '../../library/testCluster.ts';
import type { Chance } from '../plan/chance.ts';
import type { Fault, Whom } from '../plan/plan.ts';
import type { Controllers } from './controllers.ts';
import type { FaultyStore } from './faultyStore.ts';
import type { Machines } from './machines.ts';

/** What faults work on. */
export interface Victims {
  readonly cluster: TestCluster;
  readonly clock: VirtualClock;
  readonly store: FaultyStore;
  readonly machines: Machines;
  readonly controllers: Controllers;
  /** Lets time go on meanwhile. */
  readonly run: (task: Promise<void>) => void;
  /** The clock was set, by so much. */
  readonly jumped: (byMs: number) => void;
}

/** A fault that has begun: how it ends, and when if not at once. */
export interface Begun {
  readonly end: () => void;
  readonly afterMs: number;
}

const nothing = () => {};

/** Begins a fault. What it strikes may be gone by now, and may be gone when it ends. */
export function begin(fault: Fault, victims: Victims, chance: Chance): Begun {
  switch (fault.kind) {
    case 'crashNode':
      victims.machines.crash(fault.node);
      return { end: () => victims.machines.restart(fault.node), afterMs: fault.lastsMs };
    case 'cut':
      linkOf(fault.whom, victims)?.cut();
      return { end: () => linkOf(fault.whom, victims)?.heal(), afterMs: fault.lastsMs };
    case 'slow':
      linkOf(fault.whom, victims)?.slow(fault.delayMs, fault.newsDelayMs);
      return { end: () => linkOf(fault.whom, victims)?.heal(), afterMs: fault.lastsMs };
    case 'endWatches':
      linkOf(fault.whom, victims)?.endWatches(fault.expired ? expired() : undefined);
      return { end: nothing, afterMs: 0 };
    case 'refuse':
    case 'conflict':
    case 'loseAnswers': {
      const { kind, share, whom, lastsMs } = fault;
      return { end: requestsOf(whom, victims).begin({ kind, share, chance }), afterMs: lastsMs };
    }
    case 'crashControllers':
      victims.controllers.crashAfter(fault.afterWrites);
      return { end: () => victims.run(victims.controllers.replace()), afterMs: fault.backAfterMs };
    case 'troubleStore':
      return troubleStore(fault, victims.store, chance);
    case 'compact':
      victims.run(victims.store.compact(victims.store.revision));
      return { end: nothing, afterMs: 0 };
    case 'jumpClock':
      victims.clock.set(victims.clock.now() + fault.byMs);
      victims.jumped(fault.byMs);
      return { end: nothing, afterMs: 0 };
  }
}

function troubleStore(
  { errorShare, delayMs, lastsMs }: Extract<Fault, { kind: 'troubleStore' }>,
  store: FaultyStore,
  chance: Chance,
): Begun {
  const trouble = { errorShare, delayMs, chance };
  store.trouble = trouble;
  const end = () => {
    if (store.trouble === trouble) store.trouble = undefined;
  };
  return { end, afterMs: lastsMs };
}

function linkOf(whom: Whom, { cluster, machines, controllers }: Victims): Link | undefined {
  if (whom === 'controllers') return controllers.link;
  return machines.has(whom.node) ? cluster.nodes.link(whom.node) : undefined;
}

const requestsOf = (whom: Whom, { machines, controllers }: Victims) =>
  whom === 'controllers' ? controllers.requests : machines.requestsOf(whom.node);

const expired = () => new StatusError('Expired', 'too old resource version');
