import { scaledValue } from '../../apimachinery/intOrString.ts';
import { deepEqual, isBeingDeleted, nameOf, uidOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { DaemonJob, DaemonJobStatus, Job, Node } from '../../generated/types.ts';
import { hasTrueCondition } from '../../resources/conditions.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { hashOf, nodeUidOf, wantsSuspension } from './nodeJob.ts';
import { type NodeState, nodeStates, type Observed } from './observed.ts';
import { statusOf } from './status.ts';

/** Everything that the DaemonJob controller can decide to do. */
export type Action =
  | { readonly kind: 'createJob'; readonly node: Node; readonly hash: string }
  /** `outdated`: made of an older template; `nodeGone`; `unwanted`: the node does not take it any more. */
  | { readonly kind: 'deleteJob'; readonly job: Job; readonly because: 'outdated' | 'nodeGone' | 'unwanted' }
  | { readonly kind: 'setSuspend'; readonly job: Job; readonly suspend: boolean }
  | {
      readonly kind: 'announce';
      readonly type: 'Normal' | 'Warning';
      readonly reason: string;
      readonly message: string;
    }
  | { readonly kind: 'updateStatus'; readonly status: DaemonJobStatus };

/** What one look at a DaemonJob leads to: a Job of its own for every node that has had none yet. */
export function planDaemonJob(observed: Observed, now: EpochMs): Plan<Action> {
  const { daemonJob } = observed;
  // Its Jobs are the garbage collector's.
  if (isBeingDeleted(daemonJob)) return inStages([]);
  const hash = hashOf(daemonJob);
  const nodes = nodeStates(observed, hash);
  const status = statusOf(daemonJob, nodes, now);
  return inStages<Action>([
    news(daemonJob, status),
    deepEqual(daemonJob.status ?? {}, status) ? [] : [{ kind: 'updateStatus', status }],
    [...removals(observed, nodes), ...suspensions(daemonJob, nodes), ...creations(daemonJob, nodes, hash)],
  ]);
}

/** A Job is the record that its node has had its run: it goes only with the node, or with its template. */
function removals({ nodes, jobs }: Observed, states: readonly NodeState[]): Action[] {
  const present = new Set(nodes.map(uidOf));
  const orphans = jobs.filter((job) => !present.has(nodeUidOf(job)));
  const unwanted = states.flatMap(({ job, mayStay }) =>
    job && !mayStay && !finishedCondition(job) ? [job] : [],
  );
  return [
    ...deletions(orphans, 'nodeGone'),
    ...deletions(
      states.flatMap(({ outdated }) => outdated),
      'outdated',
    ),
    ...deletions(unwanted, 'unwanted'),
  ];
}

const deletions = (jobs: readonly Job[], because: 'outdated' | 'nodeGone' | 'unwanted'): Action[] =>
  jobs.filter((job) => !isBeingDeleted(job)).map((job) => ({ kind: 'deleteJob', job, because }));

function suspensions(daemonJob: DaemonJob, states: readonly NodeState[]): Action[] {
  const suspend = wantsSuspension(daemonJob);
  return states.flatMap(({ job }): Action[] => {
    if (!job || isBeingDeleted(job) || finishedCondition(job)) return [];
    return Boolean(job.spec.suspend) === suspend ? [] : [{ kind: 'setSuspend', job, suspend }];
  });
}

/** New Jobs, in the order of the nodes' names, as many as may run at once. Two templates never run on one node at the same time. */
function creations({ spec }: DaemonJob, states: readonly NodeState[], hash: string): Action[] {
  if (spec.suspend) return [];
  const wanted = states.filter(({ shouldRun }) => shouldRun);
  const underWay = states.filter(
    ({ job, outdated }) => outdated.length > 0 || (job && !finishedCondition(job)),
  ).length;
  const most =
    spec.maxParallel === undefined
      ? wanted.length
      : Math.max(1, scaledValue(spec.maxParallel, wanted.length, true));
  return wanted
    .filter(({ job, outdated }) => !job && outdated.length === 0)
    .sort((a, b) => (nameOf(a.node) < nameOf(b.node) ? -1 : 1))
    .slice(0, Math.max(0, most - underWay))
    .map(({ node }) => ({ kind: 'createJob', node, hash }));
}

function news(daemonJob: DaemonJob, status: DaemonJobStatus): Action[] {
  const known = new Set(daemonJob.status?.failedNodes);
  const failed = (status.failedNodes ?? []).filter((node) => !known.has(node));
  const isNewlyComplete =
    hasTrueCondition({ status }, 'Complete') && !hasTrueCondition(daemonJob, 'Complete');
  return [
    ...failed.map(
      (node): Action => ({
        kind: 'announce',
        type: 'Warning',
        reason: 'FailedOnNode',
        message: `The job of node ${node} has failed`,
      }),
    ),
    ...(isNewlyComplete
      ? [
          {
            kind: 'announce',
            type: 'Normal',
            reason: 'Completed',
            message: `Succeeded on all ${status.desired} nodes`,
          } as const,
        ]
      : []),
  ];
}
