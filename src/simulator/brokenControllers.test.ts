import { expect, test } from 'vitest';
import type { WrapController } from '../cluster/controllers.ts';
import { generatePlan } from './plan/generatePlan.ts';
import { boundedWork } from './promises/boundedWork.ts';
import { concurrencyPolicy } from './promises/concurrencyPolicy.ts';
import { converges } from './promises/converges.ts';
import { evictionBudget } from './promises/evictionBudget.ts';
import { finishedJobStartsNothing } from './promises/finishedJobStartsNothing.ts';
import { indexRunsOnce } from './promises/indexRunsOnce.ts';
import { jobCounts } from './promises/jobCounts.ts';
import { jobParallelism } from './promises/jobParallelism.ts';
import { membersInOrder } from './promises/membersInOrder.ts';
import { noRunMissed } from './promises/noRunMissed.ts';
import { nothingLeftBehind } from './promises/nothingLeftBehind.ts';
import { oneDaemonPerNode } from './promises/oneDaemonPerNode.ts';
import { oneJobPerNode } from './promises/oneJobPerNode.ts';
import { oneJobPerTime } from './promises/oneJobPerTime.ts';
import { oneMemberPerOrdinal } from './promises/oneMemberPerOrdinal.ts';
import type { PromiseToKeep } from './promises/promise.ts';
import { settledClusterRests } from './promises/settledClusterRests.ts';
import { updateBudget } from './promises/updateBudget.ts';
import { simulate } from './run/simulate.ts';
import { INVALID } from './run/watchedControllers.ts';
import * as broken from './testing/brokenControllers.ts';

interface Case {
  readonly promise: PromiseToKeep;
  readonly wrapController: WrapController;
  /** Where the search begins: it saves time to begin near a seed that is known to do. */
  readonly from?: number;
}

/** Each breaks a promise on purpose: the simulator must notice. */
const cases: Record<string, Case> = {
  'a DaemonSet controller that makes each pod twice': {
    promise: oneDaemonPerNode,
    wrapController: broken.makesDaemonsTwice,
  },
  'a DaemonSet controller that ignores maxUnavailable': {
    promise: updateBudget,
    wrapController: broken.ignoresMaxUnavailable,
    from: 18,
  },
  'a DaemonSet controller that never replaces outdated pods': {
    promise: converges,
    wrapController: broken.neverReplacesOutdatedDaemons,
    from: 34,
  },
  'a DaemonSet controller that looks again at once, for ever': {
    promise: boundedWork,
    wrapController: broken.looksAgainAtOnce,
  },
  'a Job controller that counts twice': { promise: jobCounts, wrapController: broken.countsTwice },
  'a Job controller that removes finalizers before it has counted': {
    promise: jobCounts,
    wrapController: broken.forgetsSuccesses,
    from: 4,
  },
  'a Job controller that makes the pod of an index twice': {
    promise: indexRunsOnce,
    wrapController: broken.makesJobPodsTwice,
  },
  'a Job controller that makes more pods than may run': {
    promise: jobParallelism,
    wrapController: broken.makesJobPodsTwice,
  },
  'a Job controller that starts a pod after the end': {
    promise: finishedJobStartsNothing,
    wrapController: broken.startsAfterTheEnd,
  },
  'a Job controller that forgets the finalizers of pods whose job is gone': {
    promise: nothingLeftBehind,
    wrapController: broken.forgetsFinalizersOfTheGone,
    from: 25,
  },
  'a Job controller that asks for what the API refuses': {
    promise: { name: INVALID, watch: () => ({}) },
    wrapController: broken.endsBeforeItsStart,
  },
  'a CronJob controller that makes each job twice': {
    promise: oneJobPerTime,
    wrapController: broken.makesRunsTwice,
  },
  'a CronJob controller that always allows': {
    promise: concurrencyPolicy,
    wrapController: broken.allowsAlways,
    from: 13,
  },
  'a CronJob controller that skips some runs': {
    promise: noRunMissed,
    wrapController: broken.skipsSomeRuns,
  },
  'a StatefulSet controller that makes each pod twice': {
    promise: oneMemberPerOrdinal,
    wrapController: broken.makesMembersTwice,
  },
  'a StatefulSet controller that makes all pods at once': {
    promise: membersInOrder,
    wrapController: broken.makesMembersAtOnce,
  },
  'a DaemonJob controller that makes each job twice': {
    promise: oneJobPerNode,
    wrapController: broken.makesNodeJobsTwice,
  },
  'a budget that allows all evictions': {
    promise: evictionBudget,
    wrapController: broken.allowsAllEvictions,
  },
  'a CronJob controller that writes the time into a status, for ever': {
    promise: settledClusterRests,
    wrapController: broken.stampsEveryHalfMinute,
  },
};

const MOST_SEEDS = 40;
const MINUTES = 10;

for (const [name, each] of Object.entries(cases)) {
  test(`${name} is caught`, async () => {
    expect(await firstBroken(each)).toMatchObject({ promise: each.promise.name });
  });
}

async function firstBroken({ promise, wrapController, from = 1 }: Case) {
  for (let seed = from; seed < from + MOST_SEEDS; seed++) {
    const { broken: found } = await simulate(generatePlan(seed, MINUTES), {
      promises: [promise],
      wrapController,
    });
    if (found) return found;
  }
  return undefined;
}
