import { deepEqual, isBeingDeleted } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import { earliest } from '../../clock/earliest.ts';
import { isPaused } from '../../resources/daemonset/rolloutAnnotations.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Action } from './actions.ts';
import { type History, planHistory, planHistoryCleanup } from './history.ts';
import { type Managed, manageDaemons } from './manageDaemons.ts';
import { type NodeState, nodeStates, type Observed } from './observed.ts';
import { progressOf, withProgress } from './progress.ts';
import { type RollingUpdate, rollingUpdate } from './rollingUpdate.ts';
import { countStatus } from './status.ts';
import { isRollingUpdate, type Target, TEMPLATE_GENERATION_ANNOTATION } from './strategy.ts';

/** What is decided of each node, and by what. */
export interface Decision {
  readonly history: History;
  readonly target: Target;
  readonly nodes: readonly NodeState[];
  readonly managed: Managed;
  /** Undefined while nodes are put right, while the rollout is paused, and where daemons are updated by hand. */
  readonly update: RollingUpdate | undefined;
}

export function decide(observed: Observed, now: EpochMs): Decision {
  const { daemonSet } = observed;
  const history = planHistory(observed);
  const target: Target = {
    hash: history.hash,
    templateGeneration: daemonSet.metadata.annotations?.[TEMPLATE_GENERATION_ANNOTATION],
  };
  const nodes = nodeStates(observed);
  const managed = manageDaemons(observed, nodes, target, now);
  // Nodes are put right before any is updated: a node in motion would be counted wrongly.
  const isUpdating = managed.actions.length === 0 && isRollingUpdate(daemonSet) && !isPaused(daemonSet);
  const update = isUpdating ? rollingUpdate(daemonSet, nodes, target, now) : undefined;
  return { history, target, nodes, managed, update };
}

/** What one look at a DaemonSet leads to. */
export function planDaemonSet(observed: Observed, now: EpochMs): Plan<Action> {
  const { daemonSet } = observed;
  // Its pods and revisions are the garbage collector's.
  if (isBeingDeleted(daemonSet) || selectsEverything(observed)) return inStages([]);
  const { history, target, nodes, managed, update } = decide(observed, now);
  const { status: counts, lookAgainAt } = countStatus(daemonSet, nodes, target, now);
  const progress = progressOf(observed, nodes, target, now);
  const status = withProgress(daemonSet, counts, progress);
  return inStages(
    [
      claims(observed),
      history.actions,
      // Before the status, after which nobody would warn any more.
      progress.warning ? [{ kind: 'warnOfNoProgress', message: progress.warning }] : [],
      // Before the pods, so that it is up to date even when they cannot be made.
      deepEqual(daemonSet.status ?? {}, status) ? [] : [{ kind: 'updateStatus', status }],
      [...managed.actions, ...(update?.actions ?? [])],
      planHistoryCleanup(observed, target.hash),
    ],
    earliest(lookAgainAt, managed.lookAgainAt, progress.lookAgainAt),
  );
}

const selectsEverything = ({ daemonSet }: Observed) =>
  !daemonSet.spec.selector.matchLabels && !daemonSet.spec.selector.matchExpressions;

const claims = ({ pods, revisions }: Observed): Action[] => [
  ...pods.adopt.map((pod): Action => ({ kind: 'adoptPod', pod })),
  ...pods.release.map((pod): Action => ({ kind: 'releasePod', pod })),
  ...revisions.adopt.map((revision): Action => ({ kind: 'adoptRevision', revision })),
  ...revisions.release.map((revision): Action => ({ kind: 'releaseRevision', revision })),
];
