import { deepCopy, nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, Job, JobSpec } from '../../generated/types.ts';
import {
  BACKFILL,
  isExtended,
  RUN_NOW,
  scheduledTimeVariable,
} from '../../resources/cronjob/cronJobAnnotations.ts';
import { knownZone } from '../../resources/cronjob/timeZone.ts';
import { CronJobs } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { fnv32a, safeEncode } from '../framework/templateHash.ts';

/** The time that a job stands for, in the CronJob's zone (KEP-4026). */
export const SCHEDULED_TIMESTAMP = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

/**
 * Named by its minute: the same time can never make two jobs. Where a schedule may name seconds, times within a minute are named by
 * their second.
 */
export const jobName = (cronJob: CronJob, scheduledTime: EpochMs): string =>
  isExtended(cronJob) && scheduledTime % 60_000 !== 0
    ? nameWith(cronJob, scheduledTime, 1_000)
    : nameWith(cronJob, scheduledTime, 60_000);

const nameWith = (cronJob: CronJob, time: EpochMs, unitMs: number) =>
  `${nameOf(cronJob)}-${Math.floor(time / unitMs)}`;

/** Named by what asked for it: the same wish can never make two jobs. */
export const manualJobName = (cronJob: CronJob, value: string): string =>
  `${nameOf(cronJob)}-${safeEncode(fnv32a(value))}`;

/** Whether a job makes up for a time of the past that somebody has asked for. */
export const isBackfill = ({ metadata }: Job): boolean => metadata.annotations?.[BACKFILL] !== undefined;

/** Whether the controller made it because somebody wanted a run at once. */
export const isManualRun = ({ metadata }: Job): boolean => metadata.annotations?.[RUN_NOW] !== undefined;

/** The time that a job stands for; undefined for one that the schedule did not make (`kubectl create job --from`). */
export function scheduledTimeOf(cronJob: CronJob, job: Job): EpochMs | undefined {
  const time = Date.parse(job.metadata.annotations?.[SCHEDULED_TIMESTAMP] ?? '');
  // By either unit: the CronJob may have been changed since.
  const isOwn = [60_000, 1_000].some((unitMs) => nameOf(job) === nameWith(cronJob, time, unitMs));
  return isOwn ? time : undefined;
}

/** The job of one scheduled time. `backfill` is the range that it is made up for. */
export function cronJobJob(
  cronJob: CronJob,
  scheduledTime: EpochMs,
  timeZone: string | undefined,
  backfill?: string,
): Job {
  const time = inZone(scheduledTime, timeZone);
  const annotations = {
    [SCHEDULED_TIMESTAMP]: time,
    ...(backfill !== undefined && { [BACKFILL]: backfill }),
  };
  return jobFromTemplate(cronJob, jobName(cronJob, scheduledTime), annotations, time);
}

/** The job of a run that somebody wants at once; marked as `kubectl create job --from` marks its own. */
export const manualJob = (cronJob: CronJob, value: string, now: EpochMs): Job =>
  jobFromTemplate(
    cronJob,
    manualJobName(cronJob, value),
    { 'cronjob.kubernetes.io/instantiate': 'manual', [RUN_NOW]: value },
    inZone(now, cronJob.spec.timeZone),
  );

function jobFromTemplate(
  cronJob: CronJob,
  name: string,
  annotations: Readonly<Record<string, string>>,
  time: string,
): Job {
  const { metadata = {}, spec } = cronJob.spec.jobTemplate;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name,
      namespace: cronJob.metadata.namespace!,
      ...(metadata.labels && { labels: { ...metadata.labels } }),
      annotations: { ...metadata.annotations, ...annotations },
      ownerReferences: [controllerReference(CronJobs, cronJob)],
    },
    spec: withScheduledTime(spec!, scheduledTimeVariable(cronJob), time),
  };
}

/** The time stands in a variable of every container, where the CronJob wants it so; else the spec is the CronJob's own. */
function withScheduledTime(spec: JobSpec, name: string | undefined, value: string): JobSpec {
  if (name === undefined) return spec;
  const copy = deepCopy(spec);
  const { containers, initContainers = [] } = copy.template.spec;
  for (const container of [...initContainers, ...containers]) {
    container.env = [...(container.env ?? []).filter((variable) => variable.name !== name), { name, value }];
  }
  return copy;
}

/** RFC 3339 with the zone's offset. */
function inZone(time: EpochMs, timeZone: string | undefined): string {
  if (timeZone === undefined) return timestamp(time);
  return Temporal.Instant.fromEpochMilliseconds(time)
    .toZonedDateTimeISO(knownZone(timeZone))
    .toString({ timeZoneName: 'never', smallestUnit: 'second' })
    .replace(/\+00:00$/, 'Z');
}
