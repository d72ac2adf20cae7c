import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { DaemonSet, Pod } from '../../generated/types.ts';
import { ignoresDeadNodes } from '../../resources/daemonset/rolloutAnnotations.ts';
import { isAvailable, isReadySinceLater } from '../pods/availability.ts';
import type { Action } from './actions.ts';
import type { NodeState } from './observed.ts';
import { isUpToDate, type Target, updateBudget } from './strategy.ts';
import { type UpdateOrder, updateOrder } from './updateOrder.ts';

/** The new and the old daemon of a node; undefined when there are several of either, which `manageDaemons` puts right first. */
interface Pair {
  readonly node: NodeState;
  readonly fresh: Pod | undefined;
  readonly old: Pod | undefined;
}

/** The next steps of a rolling update, and what keeps it from more. */
export interface RollingUpdate {
  readonly actions: readonly Action[];
  readonly order: UpdateOrder;
  /** How many nodes may lack their daemon, or have two. */
  readonly limit: number;
  readonly limitedBy: 'maxUnavailable' | 'maxSurge';
  /** The nodes that use the limit up before these steps. */
  readonly busy: readonly NodeState[];
}

/** Pods to replace, or to make beside old ones, within the budget. */
export function rollingUpdate(
  daemonSet: DaemonSet,
  nodes: readonly NodeState[],
  target: Target,
  now: EpochMs,
): RollingUpdate {
  const desired = nodes.filter((node) => node.shouldRun).length;
  const { maxSurge, maxUnavailable } = updateBudget(daemonSet, desired);
  const available = (pod: Pod) => isAvailable(pod, daemonSet.spec.minReadySeconds ?? 0, now);
  // Upstream takes all of these at once after the hour was set back. Who goes by it is not told apart from who has just become ready.
  const serves = (pod: Pod) => available(pod) || isReadySinceLater(pod, now);
  const order = updateOrder(daemonSet, nodes, target);
  const pairs = nodes.map((node) => pairOn(node, target));
  const leavesOutDead = ignoresDeadNodes(daemonSet);
  const update: Update = { nodes, pairs, available, serves, updatable: order.updatable, leavesOutDead };
  if (maxSurge > 0)
    return { ...surgeWithinBudget(update, target, maxSurge), order, limit: maxSurge, limitedBy: 'maxSurge' };
  const steps = replaceWithinBudget(update, maxUnavailable);
  return { ...steps, order, limit: maxUnavailable, limitedBy: 'maxUnavailable' };
}

type Steps = Pick<RollingUpdate, 'actions' | 'busy'>;

interface Update {
  readonly nodes: readonly NodeState[];
  readonly pairs: readonly (Pair | undefined)[];
  readonly available: (pod: Pod) => boolean;
  /** Whether an old daemon is more than one that may be replaced at any time. */
  readonly serves: (pod: Pod) => boolean;
  /** Where a daemon may be updated now. */
  readonly updatable: ReadonlySet<NodeState>;
  /** Nodes that were dead before their update are not counted. */
  readonly leavesOutDead: boolean;
}

function pairOn(node: NodeState, target: Target): Pair | undefined {
  const present = node.pods.filter((pod) => !isBeingDeleted(pod));
  const fresh = present.filter((pod) => isUpToDate(pod, target));
  const old = present.filter((pod) => !isUpToDate(pod, target));
  return fresh.length > 1 || old.length > 1 ? undefined : { node, fresh: fresh[0], old: old[0] };
}

/**
 * An old daemon that is not available anyway is replaced at once; of the available ones so many that no more than
 * `maxUnavailable` are missing. A node that lacks its daemon, or has one on its way out, is missing it.
 */
function replaceWithinBudget(
  { nodes, pairs, available, serves, updatable, leavesOutDead }: Update,
  maxUnavailable: number,
): Steps {
  const free: Pod[] = [];
  const candidates: Pod[] = [];
  const busy: NodeState[] = [];
  pairs.forEach((pair, index) => {
    const node = nodes[index]!;
    const isDaemonNode = node.shouldRun || node.pods.length > 0;
    if (!isDaemonNode) return;
    const isCounted = !(leavesOutDead && node.isDead && !pair?.fresh);
    const isSettled = pair && Boolean(pair.fresh) !== Boolean(pair.old);
    const isMissing = !isSettled || !(pair.fresh ? available(pair.fresh) : serves(pair.old!));
    if (isMissing && isCounted) busy.push(node);
    if (!isSettled || pair.fresh) return;
    // One that is missing already is replaced at once: its replacement will be missing for a while too.
    if (isUpdatable(node, updatable)) (isMissing ? free : candidates).push(pair.old!);
  });
  const budget = Math.max(0, maxUnavailable - busy.length);
  return { actions: [...free, ...candidates.slice(0, budget)].map(replacement), busy };
}

const replacement = (pod: Pod): Action => ({ kind: 'deletePod', pod, because: 'outdated' });

/** Where no daemon should be at all, none is kept back. */
const isUpdatable = (node: NodeState, updatable: ReadonlySet<NodeState>) =>
  !node.shouldRun || updatable.has(node);

/**
 * New daemons are made beside old ones; an old one goes when the new one on its node is available. Where a daemon may only stay, no
 * new one can come beside it, and the old one goes when there are enough available ones without it (#124388).
 */
function surgeWithinBudget(
  { nodes, pairs, available, serves, updatable }: Update,
  target: Target,
  maxSurge: number,
): Steps {
  const done: Pod[] = [];
  const leaving: Pod[] = [];
  const free: string[] = [];
  const candidates: string[] = [];
  const busy: NodeState[] = [];
  pairs.forEach((pair, index) => {
    const node = nodes[index]!;
    if (!pair) busy.push(node);
    else if (!pair.old) return;
    else if (pair.fresh) {
      if (available(pair.fresh)) done.push(pair.old);
      else busy.push(node);
    } else if (!node.shouldRun) (serves(pair.old) ? leaving : done).push(pair.old);
    else if (updatable.has(node)) (serves(pair.old) ? candidates : free).push(node.name);
  });
  const spare = servedNodes(pairs, available, serves) - nodes.filter(({ shouldRun }) => shouldRun).length;
  done.push(...leaving.slice(0, Math.max(0, spare)));
  const surges = [...free, ...candidates.slice(0, Math.max(0, maxSurge - busy.length))];
  const creations = surges.map((node): Action => ({ kind: 'createPod', node, revisionHash: target.hash }));
  return { actions: [...done.map(replacement), ...creations], busy };
}

/** Nodes whose daemon is available, by the old one where there are two. */
const servedNodes = (pairs: Update['pairs'], available: Update['available'], serves: Update['serves']) =>
  pairs.filter((pair) => (pair?.old ? serves(pair.old) : pair?.fresh && available(pair.fresh))).length;
