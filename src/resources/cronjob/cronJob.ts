import type { CronJob, CronJobSpec, JobSpec } from '../../generated/types.ts';
import { age, humanDuration } from '../columns/age.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { NONE } from '../columns/selectorText.ts';
import { jobAnnotationWarnings } from '../job/jobAnnotations.ts';
import { jobSpecWarnings } from '../job/jobSpecWarnings.ts';
import { CronJobs } from '../kinds.ts';
import { wideColumns } from '../podtemplate/templateColumns.ts';
import { withTemplateDefaults } from '../podtemplate/templateDefaults.ts';
import { hasNewSpec, podNameWarnings } from '../podtemplate/templateWarnings.ts';
import type { Resource } from '../resource.ts';
import { cronJobAnnotationWarnings } from './cronJobAnnotations.ts';
import { validateCronJob, validateCronJobUpdate } from './cronJobValidation.ts';

const DEFAULT_SUCCESSES_KEPT = 3;
const DEFAULT_FAILURES_KEPT = 1;

/** The Jobs' own defaults are set on the Jobs, when they are made. */
function setDefaults(cronJob: CronJob): void {
  cronJob.spec ??= {} as CronJobSpec;
  const { spec } = cronJob;
  spec.concurrencyPolicy ||= 'Allow';
  spec.suspend ??= false;
  spec.successfulJobsHistoryLimit ??= DEFAULT_SUCCESSES_KEPT;
  spec.failedJobsHistoryLimit ??= DEFAULT_FAILURES_KEPT;
  spec.jobTemplate ??= {};
  spec.jobTemplate.metadata ??= {};
  spec.jobTemplate.spec ??= {} as JobSpec;
  spec.jobTemplate.spec.template = withTemplateDefaults(spec.jobTemplate.spec.template);
}

/** A zone in the schedule is refused when it is new; one that is there already is told of at each update. The path is upstream's own. */
const zoneWarnings = ({ spec }: CronJob): string[] =>
  spec?.schedule?.includes('TZ')
    ? [
        'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
      ]
    : [];

const templateOf = ({ spec }: CronJob) => spec?.jobTemplate?.spec?.template;

export const cronJobs: Resource<CronJob> = {
  ...CronJobs,
  singular: 'cronjob',
  shortNames: ['cj'],
  categories: ['all'],
  alternatives: [
    {
      group: 'batch',
      version: 'v1beta1',
      deprecation:
        'batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob',
    },
  ],
  subresources: { status: true },
  hasGeneration: true,

  setDefaults,
  prepareCreate(cronJob) {
    cronJob.status = {};
  },
  validate: validateCronJob,
  validateUpdate: validateCronJobUpdate,
  warnings: (cronJob, stored) => [
    ...(stored ? [] : podNameWarnings(cronJob)),
    ...(hasNewSpec(cronJob, stored)
      ? jobSpecWarnings('spec.jobTemplate.spec', cronJob.spec?.jobTemplate?.spec)
      : []),
    ...(stored ? zoneWarnings(cronJob) : []),
    ...cronJobAnnotationWarnings(cronJob),
    ...jobAnnotationWarnings(cronJob.spec?.jobTemplate?.metadata, 'spec.jobTemplate.metadata.annotations'),
  ],

  columns: [
    nameColumn,
    {
      name: 'Schedule',
      type: 'string',
      description: 'When a job is made, as cron writes it.',
      cell: ({ spec }) => spec?.schedule ?? '',
    },
    {
      name: 'Timezone',
      type: 'string',
      description: "The time zone of the schedule; without one it is the controller's.",
      cell: ({ spec }) => spec?.timeZone ?? NONE,
    },
    {
      name: 'Suspend',
      type: 'boolean',
      description: 'Whether no jobs are made for now.',
      cell: ({ spec }) => (spec?.suspend === undefined ? '<unset>' : spec.suspend ? 'True' : 'False'),
    },
    {
      name: 'Active',
      type: 'integer',
      description: 'The number of jobs that run.',
      cell: ({ status }) => status?.active?.length ?? 0,
    },
    {
      name: 'Last Schedule',
      type: 'string',
      description: 'How long ago the last job was due that was made.',
      cell: ({ status }, now) => (status?.lastScheduleTime ? age(status.lastScheduleTime, now) : NONE),
    },
    ageColumn,
    ...wideColumns<CronJob>(templateOf, ({ spec }) => spec?.jobTemplate?.spec?.selector),
    {
      name: 'Next Schedule',
      type: 'string',
      priority: 1,
      description: 'In how long the next job starts, if all goes by the schedule.',
      cell: ({ status }, now) => {
        const time = Date.parse(status?.nextScheduleTime ?? '');
        return Number.isNaN(time) ? NONE : humanDuration(Math.max(0, time - now));
      },
    },
  ],
};
