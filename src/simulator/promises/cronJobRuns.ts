import { controllerOf } from '../../apimachinery/object.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Job } from '../../generated/types.ts';
import type { Change } from '../run/world.ts';

/** A job that a CronJob has just made, and for which time. */
export function newRun(
  change: Change,
): { job: Job; cronJobUid: string; cronJobKey: string; time: EpochMs } | undefined {
  if (change.kind !== 'Job' || change.type !== 'ADDED') return undefined;
  const job = change.object as Job;
  const owner = controllerOf(job);
  if (owner?.kind !== 'CronJob') return undefined;
  const time = Date.parse(
    job.metadata.annotations?.['batch.kubernetes.io/cronjob-scheduled-timestamp'] ?? '',
  );
  return { job, cronJobUid: owner.uid, cronJobKey: `${job.metadata.namespace}/${owner.name}`, time };
}
