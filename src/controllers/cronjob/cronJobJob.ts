import { deepCopy, nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, Job, JobSpec } from '../../generated/types.ts';
import { scheduledTimeVariable } from '../../resources/cronjob/cronJobAnnotations.ts';
import { CronJobs } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';

/** The time that a job stands for, in the CronJob's zone (KEP-4026). */
export const SCHEDULED_TIMESTAMP = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/** Named by its minute: the same time can never make two jobs. */
export const jobName = (cronJob: CronJob, scheduledTime: EpochMs): string =>
  `${nameOf(cronJob)}-${Math.floor(scheduledTime / 60_000)}`;

/** The time that a job stands for; undefined for one that the schedule did not make (`kubectl create job --from`). */
export function scheduledTimeOf(cronJob: CronJob, job: Job): EpochMs | undefined {
  const time = Date.parse(job.metadata.annotations?.[SCHEDULED_TIMESTAMP] ?? '');
  return nameOf(job) === jobName(cronJob, time) ? time : undefined;
}

/** The job of one scheduled time. */
export function cronJobJob(cronJob: CronJob, scheduledTime: EpochMs, timeZone: string | undefined): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: jobName(cronJob, scheduledTime),
      namespace: cronJob.metadata.namespace!,
      ...(metadata.labels && { labels: { ...metadata.labels } }),
      annotations: { ...metadata.annotations, [SCHEDULED_TIMESTAMP]: inZone(scheduledTime, timeZone) },
      ownerReferences: [controllerReference(CronJobs, cronJob)],
    },
    spec: withScheduledTime(deepCopy(spec!), scheduledTimeVariable(cronJob), inZone(scheduledTime, timeZone)),
  };
}

/** The time stands in a variable of every container, where the CronJob wants it so. */
function withScheduledTime(spec: JobSpec, name: string | undefined, value: string): JobSpec {
  if (name === undefined) return spec;
  const { containers, initContainers = [] } = spec.template.spec;
  for (const container of [...initContainers, ...containers]) {
    container.env = [...(container.env ?? []).filter((variable) => variable.name !== name), { name, value }];
  }
  return spec;
}

/** RFC 3339 with the zone's offset. */
function inZone(time: EpochMs, timeZone: string | undefined): string {
  if (timeZone === undefined) return timestamp(time);
  return Temporal.Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(timeZone)
    .toString({ timeZoneName: 'never', smallestUnit: 'second' })
    .replace(/\+00:00$/, 'Z');
}
