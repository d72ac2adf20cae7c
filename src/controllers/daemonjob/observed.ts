import { uidOf } from '../../apimachinery/object.ts';
import type { DaemonJob, Job, Node } from '../../generated/types.ts';
import { daemonTolerations, placementOn } from '../daemonset/placement.ts';
import { asDaemon, isOfTemplate, nodeUidOf } from './nodeJob.ts';

/** What the caches show of one DaemonJob. */
export interface Observed {
  readonly daemonJob: DaemonJob;
  readonly nodes: readonly Node[];
  /** The Jobs that it owns. */
  readonly jobs: readonly Job[];
}

/** A node, and what there is of the DaemonJob on it. */
export interface NodeState {
  readonly node: Node;
  readonly shouldRun: boolean;
  /** Whether what runs there may go on. */
  readonly mayStay: boolean;
  /** Its Job, made of the template as it is now. */
  readonly job: Job | undefined;
  /** Jobs of the template as it was. */
  readonly outdated: readonly Job[];
}

export function nodeStates({ daemonJob, nodes, jobs }: Observed, hash: string): NodeState[] {
  const daemon = asDaemon(daemonJob);
  const tolerations = daemonTolerations(daemon);
  const byNode = Map.groupBy(jobs, nodeUidOf);
  return nodes.map((node) => {
    const here = byNode.get(uidOf(node)) ?? [];
    const { shouldRun, mayStay } = placementOn(node, daemon, tolerations);
    return {
      node,
      shouldRun,
      mayStay,
      job: here.find((job) => isOfTemplate(job, hash)),
      outdated: here.filter((job) => !isOfTemplate(job, hash)),
    };
  });
}
