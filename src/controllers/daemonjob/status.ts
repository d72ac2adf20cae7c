import { nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { DaemonJob, DaemonJobStatus, DaemonSetCondition } from '../../generated/types.ts';
import { conditionOf } from '../../resources/conditions.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { keepingOrder, transitionTime } from '../framework/statusConditions.ts';
import type { NodeState } from './observed.ts';

/** How far it has come on the nodes that it is for. */
export function statusOf(daemonJob: DaemonJob, nodes: readonly NodeState[], now: EpochMs): DaemonJobStatus {
  const wanted = nodes.filter(({ shouldRun }) => shouldRun);
  const endedAs = (end: string) => wanted.filter(({ job }) => job && finishedCondition(job)?.type === end);
  const failedNodes = endedAs('Failed')
    .map(({ node }) => nameOf(node))
    .sort();
  const succeeded = endedAs('Complete').length;
  const isComplete = wanted.length > 0 && succeeded === wanted.length;
  const { generation } = daemonJob.metadata;
  const { completionTime = timestamp(now) } = daemonJob.status ?? {};
  return {
    desired: wanted.length,
    active: nodes.filter(({ job }) => job && !finishedCondition(job)).length,
    succeeded,
    failed: failedNodes.length,
    ...(failedNodes.length > 0 && { failedNodes }),
    ...(generation !== undefined && { observedGeneration: generation }),
    ...(isComplete && { completionTime }),
    conditions: keepingOrder(
      daemonJob.status?.conditions ?? [],
      [completeness(daemonJob, succeeded, wanted.length, now), ...failure(daemonJob, failedNodes, now)],
      ({ type }) => type === 'Failed',
    ),
  };
}

function completeness(
  daemonJob: DaemonJob,
  succeeded: number,
  desired: number,
  now: EpochMs,
): DaemonSetCondition {
  const isComplete = desired > 0 && succeeded === desired;
  const status = isComplete ? 'True' : 'False';
  return {
    type: 'Complete',
    status,
    reason: isComplete ? 'SucceededOnAllNodes' : 'NodesRemain',
    message: `Succeeded on ${succeeded} of ${desired} nodes`,
    lastTransitionTime: transitionTime(conditionOf(daemonJob, 'Complete'), status, now),
  };
}

const failure = (daemonJob: DaemonJob, nodes: readonly string[], now: EpochMs): DaemonSetCondition[] =>
  nodes.length === 0
    ? []
    : [
        {
          type: 'Failed',
          status: 'True',
          reason: 'FailedOnNodes',
          message: `Failed on ${nodes.length} ${nodes.length === 1 ? 'node' : 'nodes'}`,
          lastTransitionTime: transitionTime(conditionOf(daemonJob, 'Failed'), 'True', now),
        },
      ];
