import { controllerOf, isBeingDeleted, uidOf } from '../../apimachinery/object.ts';
import type { CronJob } from '../../generated/types.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import { newRun } from './cronJobRuns.ts';
import type { PromiseToKeep } from './promise.ts';
import { RecentVersions } from './recentVersions.ts';

/**
 * When a CronJob makes a job, none of its others is unfinished under `Forbid`, and under `Replace` none that is not being deleted. A policy
 * that was changed lately asks nothing; nor does `Allow`. One that has long been suspended makes no job at all.
 */
export const concurrencyPolicy: PromiseToKeep = {
  name: 'a CronJob never breaks its concurrency policy',
  watch(world) {
    const cronJobs = new RecentVersions<CronJob>(world, 'CronJob');
    return {
      afterChange(change) {
        cronJobs.note(change);
        const run = newRun(change);
        const versions = run ? cronJobs.of(run.cronJobUid) : [];
        if (!run || versions.length === 0) return undefined;
        const name = run.job.metadata.name!;
        if (versions.every(({ spec }) => spec.suspend)) return `job ${name} was made by a suspended CronJob`;
        const policies = new Set(versions.map(({ spec }) => spec.concurrencyPolicy ?? 'Allow'));
        if (policies.size > 1 || policies.has('Allow')) return undefined;
        const other = world
          .all('Job')
          .filter((job) => controllerOf(job)?.uid === run.cronJobUid && uidOf(job) !== uidOf(run.job))
          .find((job) => !isFinished(job) && (policies.has('Forbid') || !isBeingDeleted(job)));
        return other && `job ${name} was made beside ${other.metadata.name} under ${[...policies][0]}`;
      },
    };
  },
};
