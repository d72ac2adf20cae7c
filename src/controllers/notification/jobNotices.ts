import { controllerOf, nameOf, uidOf } from '../../apimachinery/object.ts';
import { timestamp } from '../../clock/clock.ts';
import type { Job } from '../../generated/types.ts';
import { finishedCondition } from '../../resources/job/jobConditions.ts';
import { CronJobs } from '../../resources/kinds.ts';
import { SCHEDULED_TIMESTAMP } from '../cronjob/cronJobJob.ts';
import type { Notice } from './notice.ts';

/** Everything that there is to tell of a job so far. */
export function noticesOf(job: Job): readonly Notice[] {
  const end = finishedCondition(job);
  const { startTime } = job.status ?? {};
  return [
    ...(startTime ? [notice(job, 'JobStarted', startTime, 'Started', 'Job has started')] : []),
    ...(end
      ? [
          notice(
            job,
            end.type === 'Complete' ? 'JobSucceeded' : 'JobFailed',
            end.lastTransitionTime ?? '',
            end.reason ?? '',
            end.message ?? '',
          ),
        ]
      : []),
  ];
}

function notice(job: Job, event: Notice['event'], time: string, reason: string, message: string): Notice {
  const owner = controllerOf(job);
  const scheduledTime = scheduledTimeIn(job);
  return {
    event,
    time,
    namespace: job.metadata.namespace ?? '',
    kind: 'Job',
    name: nameOf(job),
    uid: uidOf(job),
    ...(owner?.kind === CronJobs.kind && { cronJob: owner.name }),
    ...(scheduledTime !== undefined && { scheduledTime }),
    reason,
    message,
    pods: { succeeded: job.status?.succeeded ?? 0, failed: job.status?.failed ?? 0 },
  };
}

/** In UTC, as all other times. */
function scheduledTimeIn({ metadata }: Job): string | undefined {
  const time = Date.parse(metadata.annotations?.[SCHEDULED_TIMESTAMP] ?? '');
  return Number.isNaN(time) ? undefined : timestamp(time);
}
