import { boundedWork } from './boundedWork.ts';
import { concurrencyPolicy } from './concurrencyPolicy.ts';
import { converges } from './converges.ts';
import { evictionBudget } from './evictionBudget.ts';
import { finishedJobStartsNothing } from './finishedJobStartsNothing.ts';
import { indexRunsOnce } from './indexRunsOnce.ts';
import { jobCounts } from './jobCounts.ts';
import { jobParallelism } from './jobParallelism.ts';
import { membersInOrder } from './membersInOrder.ts';
import { nodesLive } from './nodesLive.ts';
import { noRunMissed } from './noRunMissed.ts';
import { nothingLeftBehind } from './nothingLeftBehind.ts';
import { oneDaemonPerNode } from './oneDaemonPerNode.ts';
import { oneJobPerNode } from './oneJobPerNode.ts';
import { oneJobPerTime } from './oneJobPerTime.ts';
import { oneMemberPerOrdinal } from './oneMemberPerOrdinal.ts';
import type { PromiseToKeep } from './promise.ts';
import { settledClusterRests } from './settledClusterRests.ts';
import { updateBudget } from './updateBudget.ts';

/** All that the simulator watches over. */
export const allPromises: readonly PromiseToKeep[] = [
  oneDaemonPerNode,
  updateBudget,
  jobCounts,
  indexRunsOnce,
  jobParallelism,
  finishedJobStartsNothing,
  oneJobPerTime,
  concurrencyPolicy,
  noRunMissed,
  oneMemberPerOrdinal,
  membersInOrder,
  oneJobPerNode,
  evictionBudget,
  nodesLive,
  converges,
  nothingLeftBehind,
  settledClusterRests,
  boundedWork,
];
