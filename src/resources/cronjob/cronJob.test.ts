import { expect, test } from 'vitest';
import type { CronJob, CronJobSpec, JobSpec } from '../../generated/types.ts';
import { container } from '../pod/testing.ts';
import { cellsOf } from '../testing/cells.ts';
import { headingsOf } from '../testing/headings.ts';
import { problems } from '../testing/problems.ts';
import { cronJobs } from './cronJob.ts';

const jobSpec = (fields: Partial<JobSpec> = {}): JobSpec => ({
  template: { metadata: {}, spec: { containers: [container()], restartPolicy: 'OnFailure' } },
  ...fields,
});

function cronJob(fields: Partial<CronJobSpec> = {}, name = 'cj'): CronJob {
  const result: CronJob = {
    metadata: { name },
    spec: { schedule: '*/2 * * * *', jobTemplate: { spec: jobSpec() }, ...fields },
  };
  cronJobs.setDefaults!(result);
  return result;
}

test('the defaults are those of upstream', () => {
  expect(cronJob().spec).toMatchObject({
    concurrencyPolicy: 'Allow',
    suspend: false,
    successfulJobsHistoryLimit: 3,
    failedJobsHistoryLimit: 1,
  });
});

test('the defaults of Jobs are left to the Jobs', () => {
  expect(cronJob().spec!.jobTemplate.spec!.backoffLimit).toBeUndefined();
});

test.each(['@hourly', '@every 1h30m', '0 0 * * mon-FRI', '*/15 0-6/2 1,15 * ?'])(
  '%s is a schedule',
  (schedule) => {
    expect(problems(cronJobs.validate(cronJob({ schedule })))).toEqual([]);
  },
);

const wrong: Record<string, [Partial<CronJobSpec>, ...want: string[]]> = {
  'no schedule': [{ schedule: '' }, 'spec.schedule: Required value'],
  'a minute that does not exist': [
    { schedule: '61 * * * *' },
    'spec.schedule: Invalid value: "61 * * * *": end of range (61) above maximum (59): 61',
  ],
  'six fields': [
    { schedule: '* * * * * *' },
    'spec.schedule: Invalid value: "* * * * * *": expected exactly 5 fields, found 6: [* * * * * *]',
  ],
  'a zone in its schedule': [
    { schedule: 'TZ=UTC 0 * * * *' },
    'spec.schedule: Invalid value: "TZ=UTC 0 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
  ],
  'an unknown zone': [
    { timeZone: 'Mars/Olympus' },
    'spec.timeZone: Invalid value: "Mars/Olympus": unknown time zone Mars/Olympus',
  ],
  'the zone of whoever runs it': [
    { timeZone: 'Local' },
    'spec.timeZone: Invalid value: "Local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
  ],
  'that zone in other letters': [
    { timeZone: 'local' },
    'spec.timeZone: Invalid value: "local": timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones',
    'spec.timeZone: Invalid value: "local": unknown time zone local',
  ],
  'a zone in other letters than its own': [
    { timeZone: 'europe/berlin' },
    'spec.timeZone: Invalid value: "europe/berlin": unknown time zone europe/berlin',
  ],
  'an unknown zone in a schedule that is wrong': [
    { schedule: 'TZ=Mars/Olympus 61 * * * *' },
    'spec.schedule: Invalid value: "TZ=Mars/Olympus 61 * * * *": provided bad location Mars/Olympus: unknown time zone Mars/Olympus',
    'spec.schedule: Invalid value: "TZ=Mars/Olympus 61 * * * *": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
  ],
  'a zone and nothing else': [
    { schedule: 'TZ=UTC' },
    'spec.schedule: Invalid value: "TZ=UTC": invalid schedule format: runtime error: slice bounds out of range [:-1]',
    'spec.schedule: Invalid value: "TZ=UTC": cannot use TZ or CRON_TZ in schedule, use timeZone field instead',
  ],
  'an unknown policy': [
    { concurrencyPolicy: 'Maybe' },
    'spec.concurrencyPolicy: Unsupported value: "Maybe": supported values: "Allow", "Forbid", "Replace"',
  ],
  'negative numbers': [
    { startingDeadlineSeconds: -1, successfulJobsHistoryLimit: -1 },
    'spec.startingDeadlineSeconds: Invalid value: -1: must be greater than or equal to 0',
    'spec.successfulJobsHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
  ],
  'a selector for its Jobs': [
    { jobTemplate: { spec: jobSpec({ selector: { matchLabels: { a: 'b' } }, manualSelector: true }) } },
    'spec.jobTemplate.spec.selector: Invalid value: {"matchLabels":{"a":"b"}}: `selector` will be auto-generated',
    'spec.jobTemplate.spec.manualSelector: Unsupported value: true: supported values: "nil", "false"',
  ],
};
test.each(Object.entries(wrong))('a CronJob may not have %s', (_, [fields, ...want]) => {
  expect(problems(cronJobs.validate(cronJob(fields)))).toEqual(want);
});

test("a name leaves room for the Job's time", () => {
  const name = 'n'.repeat(53);
  expect(problems(cronJobs.validate(cronJob({}, name)))).toEqual([
    `metadata.name: Invalid value: "${name}": must be no more than 52 characters`,
  ]);
  expect(problems(cronJobs.validateUpdate(cronJob({}, name), cronJob({}, name)))).toEqual([]);
});

test('a CronJob without a spec is told what it lacks', () => {
  const empty = { metadata: { name: 'cj' } } as CronJob;
  cronJobs.setDefaults!(empty);
  expect(problems(cronJobs.validate(empty))).toEqual([
    'spec.schedule: Required value',
    'spec.jobTemplate.spec.template.spec.containers: Required value',
    'spec.jobTemplate.spec.template.spec.restartPolicy: Required value: valid values: "OnFailure", "Never"',
  ]);
});

test('the columns are those of upstream, and the next run at the end of the wide ones', () => {
  expect(headingsOf(cronJobs)).toBe(
    'NAME SCHEDULE TIMEZONE SUSPEND ACTIVE LAST SCHEDULE AGE | CONTAINERS IMAGES SELECTOR NEXT SCHEDULE',
  );
  const running: CronJob = {
    ...cronJob({ timeZone: 'Europe/Berlin' }),
    status: { active: [{}, {}], lastScheduleTime: '2026-01-01T00:00:00Z' },
  };
  expect(cellsOf(cronJobs, running, Date.UTC(2026, 0, 1, 0, 0, 30))).toMatchObject({
    Schedule: '*/2 * * * *',
    Timezone: 'Europe/Berlin',
    Suspend: 'False',
    Active: 2,
    'Last Schedule': '30s',
    Selector: '<none>',
  });
});

test('v1beta1 is served too, with a warning', () => {
  const [older] = cronJobs.alternatives!;
  expect(older).toMatchObject({ group: 'batch', version: 'v1beta1' });
  expect(older!.deprecation).toContain('deprecated in v1.21+');
});

test('an update is warned of a zone in the schedule, and anybody of a job too large to track', () => {
  const zoned = cronJob({ schedule: 'TZ=Europe/Berlin 0 3 * * *' });
  expect(cronJobs.warnings!(zoned, zoned)).toEqual([
    'cannot use TZ or CRON_TZ in spec.spec.schedule, use timeZone instead, see https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/ for more details',
  ]);
  const large = cronJob({});
  large.spec.jobTemplate.spec = {
    ...large.spec.jobTemplate.spec!,
    completionMode: 'Indexed',
    completions: 100_001,
    parallelism: 10_001,
  };
  const warning = expect.stringMatching(
    /^spec.jobTemplate.spec: In Indexed Jobs with a number of completions/,
  );
  expect(cronJobs.warnings!(large, undefined)).toEqual([warning]);
  expect(cronJobs.warnings!(large, { ...large, spec: { ...large.spec, suspend: true } })).toEqual([warning]);
  expect(cronJobs.warnings!(large, large)).toEqual([]);
});
