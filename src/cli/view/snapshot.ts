import type { Informers } from '../../client/informers.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CronJob, DaemonSet, Deployment, Job, Node, Pod } from '../../generated/types.ts';
import { CronJobs, DaemonSets, Deployments, Jobs, Nodes, Pods } from '../../resources/kinds.ts';

/** What the view draws. */
export interface Snapshot {
  readonly now: EpochMs;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  readonly daemonSets: readonly DaemonSet[];
  readonly deployments: readonly Deployment[];
  readonly jobs: readonly Job[];
  readonly cronJobs: readonly CronJob[];
}

/** The collections that the view follows. */
export const followed = [Nodes, Pods, DaemonSets, Deployments, Jobs, CronJobs] as const;

export function takeSnapshot(informers: Informers, now: EpochMs): Snapshot {
  return {
    now,
    nodes: informers.of(Nodes).list(),
    pods: informers.of(Pods).list(),
    daemonSets: informers.of(DaemonSets).list(),
    deployments: informers.of(Deployments).list(),
    jobs: informers.of(Jobs).list(),
    cronJobs: informers.of(CronJobs).list(),
  };
}
