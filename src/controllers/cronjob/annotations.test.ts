import { expect, test } from 'vitest';
import { nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, CronJobSpec, CronJobStatus, Job } from '../../generated/types.ts';
import { aTemplate, storedMeta } from '../testing/builders.ts';
import type { Action } from './actions.ts';
import { cronJobJob, manualJob } from './cronJobJob.ts';
import { planCronJob } from './plan.ts';

const at = (time: string): EpochMs => Date.parse(`2026-11-24T${time}Z`);
const short = (time: string | undefined) => time?.slice(11, 19);

/** Due every even minute; last run at 10:00. */
const aCronJob = (
  annotations: Record<string, string>,
  status: CronJobStatus = {},
  spec: Partial<CronJobSpec> = {},
): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { ...storedMeta('cron'), creationTimestamp: '2026-11-24T09:00:00Z', annotations },
  spec: {
    schedule: '*/2 * * * *',
    concurrencyPolicy: 'Allow',
    jobTemplate: { spec: { template: aTemplate('cron') } },
    ...spec,
  },
  status: { lastScheduleTime: '2026-11-24T10:00:00Z', nextScheduleTime: '2026-11-24T10:02:00Z', ...status },
});

const running = (job: Job): Job => ({ ...job, metadata: { ...job.metadata, ...storedMeta(nameOf(job)) } });
const ended = (job: Job): Job => ({
  ...running(job),
  status: { conditions: [{ type: 'Complete', status: 'True' }] },
});

function inWords(action: Action): string {
  switch (action.kind) {
    case 'startJob':
      return `${action.backfill ? 'make up for' : 'start'} ${timestamp(action.scheduledTime).slice(11, 19)}`;
    case 'runNow':
      return `run for "${action.value}"`;
    case 'deleteJob':
      return `delete ${action.because}`;
    case 'announce':
      return `tell ${action.reason}`;
    case 'confirmGone':
      return 'confirm';
    case 'updateStatus': {
      const { lastScheduleTime, nextScheduleTime, lastRunNow, backfilledUntil, scheduleSince } =
        action.status;
      return [
        `last ${short(lastScheduleTime)}`,
        `next ${short(nextScheduleTime)}`,
        lastRunNow && `ran for "${lastRunNow}"`,
        backfilledUntil && `made up until ${short(backfilledUntil)}`,
        scheduleSince && `schedule since ${short(scheduleSince)}`,
      ]
        .filter(Boolean)
        .join(', ');
    }
  }
}
const planned = (cronJob: CronJob, now: string, jobs: readonly Job[] = []) =>
  planCronJob({ cronJob, jobs, localTimeZone: 'UTC' }, at(now)).stages.flat().map(inWords);

const forbid = { concurrencyPolicy: 'Forbid' };
const replace = { concurrencyPolicy: 'Replace' };
const asked = { 'sampan.dev/run-now': 'please' };
const scheduled = (time: string) => running(cronJobJob(aCronJob({}), at(time), undefined));
const activeOf = (job: Job) => ({ active: [{ name: nameOf(job), uid: job.metadata.uid! }] });
const ten = scheduled('10:00:00');

const range = { 'sampan.dev/backfill': '2026-11-24T08:00:00Z/2026-11-24T08:05:00Z' };
const backfilled = (until: string) => ({
  backfillRange: range['sampan.dev/backfill'],
  backfilledUntil: `2026-11-24T${until}Z`,
});
const makesUp = (time: string) => cronJobJob(aCronJob({}), at(time), undefined, range['sampan.dev/backfill']);
const skip = { 'sampan.dev/on-schedule-edit': 'skip' };
const seen = { scheduleSeen: ';*/2 * * * *', scheduleSince: '2026-11-24T09:00:00Z' };

interface Case {
  cronJob: CronJob;
  now?: string;
  jobs?: Job[];
  want: string[];
}
const cases: Record<string, Case> = {
  'the next run is told when it is not yet': {
    cronJob: aCronJob({}, { nextScheduleTime: undefined! }),
    want: ['last 10:00:00, next 10:02:00'],
  },
  'and again with each run, in one write': {
    cronJob: aCronJob({}),
    now: '10:02:00',
    want: ['start 10:02:00', 'last 10:02:00, next 10:04:00'],
  },
  'who is suspended has none': {
    cronJob: aCronJob({}, {}, { suspend: true }),
    want: ['last 10:00:00, next undefined'],
  },
  'a wish has its run at once': {
    cronJob: aCronJob(asked),
    want: ['run for "please"', 'last 10:00:00, next 10:02:00, ran for "please"'],
  },
  'and no second one': { cronJob: aCronJob(asked, { lastRunNow: 'please' }), want: [] },
  'another wish has another': {
    cronJob: aCronJob(asked, { lastRunNow: 'before' }),
    want: ['run for "please"', 'last 10:00:00, next 10:02:00, ran for "please"'],
  },
  'one who is suspended runs by hand too': {
    cronJob: aCronJob(asked, { nextScheduleTime: undefined! }, { suspend: true }),
    want: ['run for "please"', 'last 10:00:00, next undefined, ran for "please"'],
  },
  'a wish waits for the run before where runs exclude each other': {
    cronJob: aCronJob(asked, activeOf(ten), forbid),
    jobs: [ten],
    want: [],
  },
  'and takes its place where they replace each other': {
    cronJob: aCronJob(asked, activeOf(ten), replace),
    jobs: [ten],
    want: ['delete replaced', 'run for "please"', 'last 10:00:00, next 10:02:00, ran for "please"'],
  },
  'the job of a wish is nothing unexpected': {
    cronJob: aCronJob(asked, { lastRunNow: 'please' }),
    jobs: [running(manualJob(aCronJob(asked), 'please', at('10:01:00')))],
    want: ['last 10:00:00, next 10:02:00, ran for "please"'],
  },
  'a backfill begins with the first time of its range': {
    cronJob: aCronJob(range),
    want: ['make up for 08:00:00', 'last 10:00:00, next 10:02:00, made up until 08:00:00'],
  },
  'goes on when the run before has ended': {
    cronJob: aCronJob(range, backfilled('08:00:00')),
    jobs: [ended(makesUp('08:00:00'))],
    want: ['make up for 08:02:00', 'last 10:00:00, next 10:02:00, made up until 08:02:00'],
  },
  'and not before': {
    cronJob: aCronJob(range, { ...backfilled('08:00:00'), ...activeOf(running(makesUp('08:00:00'))) }),
    jobs: [running(makesUp('08:00:00'))],
    want: [],
  },
  'nor does the schedule go on from there': {
    cronJob: aCronJob(range, {
      ...backfilled('08:00:00'),
      ...activeOf(running(makesUp('08:00:00'))),
      lastScheduleTime: undefined!,
    }),
    jobs: [running(makesUp('08:00:00'))],
    now: '09:01:00',
    want: ['last undefined, next 09:02:00, made up until 08:00:00'],
  },
  'two at a time where that is wanted': {
    cronJob: aCronJob(
      { ...range, 'sampan.dev/backfill-parallelism': '2' },
      { ...backfilled('08:00:00'), ...activeOf(running(makesUp('08:00:00'))) },
    ),
    jobs: [running(makesUp('08:00:00'))],
    want: ['make up for 08:02:00', 'last 10:00:00, next 10:02:00, made up until 08:02:00'],
  },
  'a run that is due comes first': {
    cronJob: aCronJob(range),
    now: '10:02:00',
    want: ['start 10:02:00', 'last 10:02:00, next 10:04:00'],
  },
  'after the last time of the range it is done': {
    cronJob: aCronJob(range, backfilled('08:04:00')),
    want: ['last 10:00:00, next 10:02:00, made up until 08:05:00', 'tell BackfillComplete'],
  },
  'and stays so': { cronJob: aCronJob(range, backfilled('08:05:00')), want: [] },
  'another range begins anew': {
    cronJob: aCronJob(range, { ...backfilled('08:05:00'), backfillRange: 'another' }),
    want: ['make up for 08:00:00', 'last 10:00:00, next 10:02:00, made up until 08:00:00'],
  },
  'what is still to come is not made up for': {
    cronJob: aCronJob({ 'sampan.dev/backfill': '2026-11-24T10:00:30Z/2026-11-24T12:00:00Z' }),
    want: ['last 10:00:00, next 10:02:00, made up until 12:00:00', 'tell BackfillComplete'],
  },
  'a run does not replace what is made up for': {
    cronJob: aCronJob(
      range,
      { ...backfilled('08:00:00'), ...activeOf(running(makesUp('08:00:00'))) },
      replace,
    ),
    jobs: [running(makesUp('08:00:00'))],
    now: '10:02:00',
    want: ['start 10:02:00', 'last 10:02:00, next 10:04:00, made up until 08:00:00'],
  },
  'a new schedule has no run for a time before it was written': {
    cronJob: aCronJob(skip, seen, { schedule: '1 * * * *' }),
    now: '10:01:30',
    want: ['last 10:00:00, next 11:01:00, schedule since 10:01:30'],
  },
  'a schedule that stays misses none': {
    cronJob: aCronJob(skip, seen),
    now: '10:02:30',
    want: ['start 10:02:00', 'last 10:02:00, next 10:04:00, schedule since 09:00:00'],
  },
  'whoever does not ask has the run, as upstream': {
    cronJob: aCronJob({}, {}, { schedule: '1 * * * *' }),
    now: '10:01:30',
    want: ['start 10:01:00', 'last 10:01:00, next 11:01:00'],
  },
};
for (const [name, { cronJob, now = '10:01:00', jobs = [], want }] of Object.entries(cases)) {
  test(name, () => expect(planned(cronJob, now, jobs)).toEqual(want));
}
