import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deepEqual, deepFreeze, nameOf } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, CronJobSpec, CronJobStatus, Job, ObjectReference } from '../../generated/types.ts';
import { aTemplate, ownedBy, storedMeta } from '../testing/builders.ts';
import type { Action } from './actions.ts';
import { cronJobJob, jobName } from './cronJobJob.ts';
import { planCronJob } from './plan.ts';

const at = (time: string): EpochMs => Date.parse(`2026-11-24T${time}Z`);
const iso = (time: EpochMs) => new Date(time).toISOString().slice(11, 19);

/** Every even minute, last at 10:00; made at 09:00. */
const aCronJob = (spec: Partial<CronJobSpec> = {}, status: CronJobStatus = {}): CronJob =>
  deepFreeze({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: { ...storedMeta('cron'), creationTimestamp: '2026-11-24T09:00:00Z' },
    spec: {
      schedule: '*/2 * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      jobTemplate: { spec: { template: aTemplate('cron') } },
      ...spec,
    },
    status: { lastScheduleTime: '2026-11-24T10:00:00Z', ...status },
  });
const owner = ownedBy(aCronJob());

const SCHEDULED = 'batch.kubernetes.io/cronjob-scheduled-timestamp';

interface JobFields {
  ended?: 'Complete' | 'Failed';
  startTime?: string;
  byHand?: boolean;
}
const aJob = (name: string, { ended, startTime, byHand }: JobFields = {}): Job =>
  deepFreeze<Job>({
    metadata: {
      ...storedMeta(name),
      ownerReferences: [owner],
      ...(!byHand && { annotations: { [SCHEDULED]: timestamp(Number(name.split('-')[1]) * 60_000) } }),
    },
    spec: { template: aTemplate('cron') },
    status: {
      ...(startTime && { startTime }),
      ...(ended && { conditions: [{ type: ended, status: 'True' }] }),
      ...(ended === 'Complete' && { completionTime: '2026-11-24T10:01:00Z' }),
    },
  });
const active = (...names: string[]) => ({
  active: names.map((name): ObjectReference => ({ name, uid: `uid-${name}` })),
});

function inWords(action: Action): string {
  switch (action.kind) {
    case 'startJob':
      return `${action.backfill ? 'make up for' : 'start'} ${iso(action.scheduledTime)}`;
    case 'runNow':
      return `run for "${action.value}"`;
    case 'deleteJob':
      return `delete ${nameOf(action.job)} (${action.because})`;
    case 'announce':
      return `tell ${action.reason}`;
    case 'confirmGone':
      return `make sure that ${action.reference.name} is gone`;
    case 'updateStatus': {
      const { lastScheduleTime = '', active = [] } = action.status;
      const jobs = active.map(({ name }) => name).join(' ');
      return `status: last ${lastScheduleTime.slice(11, 19)}, active [${jobs}]`;
    }
  }
}

const planOf = (cronJob: CronJob, jobs: readonly Job[], now: EpochMs) =>
  planCronJob({ cronJob, jobs, localTimeZone: 'UTC' }, now);
const work = (cronJob: CronJob, jobs: readonly Job[], now: EpochMs) =>
  planOf(cronJob, jobs, now)
    .stages.flat()
    .filter((action) => !tellsOnlyTheNext(cronJob, action))
    .map(inWords);

/** When the next run is: a table of its own. */
function tellsOnlyTheNext({ status = {} }: CronJob, action: Action): boolean {
  if (action.kind !== 'updateStatus') return false;
  const { nextScheduleTime: _, ...others } = action.status;
  const { nextScheduleTime: __, ...before } = status;
  return deepEqual(others, before);
}

const minute = (time: string) => `cron-${at(time) / 60_000}`;
const LAST = minute('10:00:00');

const cases: Record<string, { cronJob?: CronJob; jobs?: Job[]; now: string; want: string[] }> = {
  'nothing is due between two times': { now: '10:01:59', want: [] },
  'at its time a job is started, and the time is noted': {
    now: '10:02:00',
    want: ['start 10:02:00', 'status: last 10:02:00, active []'],
  },
  'a job that is there already is not started again (case 9)': {
    jobs: [aJob(minute('10:02:00'))],
    now: '10:02:05',
    want: [`status: last 10:02:00, active [${minute('10:02:00')}]`],
  },
  'the first time after its making counts': {
    cronJob: aCronJob({ schedule: '30 9 * * *' }, { lastScheduleTime: undefined! }),
    now: '09:30:00',
    want: ['start 09:30:00', 'status: last 09:30:00, active []'],
  },
  'of several missed runs the latest is started': {
    now: '10:09:30',
    want: ['start 10:08:00', 'status: last 10:08:00, active []'],
  },
  'more than a hundred missed are told of, and the latest is started (case 1)': {
    cronJob: aCronJob({ schedule: '* * * * *' }),
    now: '11:45:00',
    want: ['start 11:45:00', 'status: last 11:45:00, active []', 'tell TooManyMissedTimes'],
  },
  'a deadline bounds what counts as missed (case 1)': {
    cronJob: aCronJob({ schedule: '* * * * *', startingDeadlineSeconds: 200 }),
    now: '11:45:00',
    want: ['start 11:45:00', 'status: last 11:45:00, active []'],
  },
  'a run that is too late is told of and not started': {
    cronJob: aCronJob({ startingDeadlineSeconds: 30 }),
    now: '10:02:31',
    want: ['tell MissSchedule'],
  },
  'up to its deadline it is started': {
    cronJob: aCronJob({ startingDeadlineSeconds: 30 }),
    now: '10:02:30',
    want: ['start 10:02:00', 'status: last 10:02:00, active []'],
  },
  'a schedule that was edited owes what it names since the last run (case 2)': {
    cronJob: aCronJob({ schedule: '30 10 * * *' }),
    now: '10:30:00',
    want: ['start 10:30:00', 'status: last 10:30:00, active []'],
  },
  'and nothing of the time before that (case 2)': {
    cronJob: aCronJob({ schedule: '30 9 * * *' }),
    now: '10:01:00',
    want: [],
  },
  'a clock that was set back starts nothing again (case 5)': { now: '09:58:00', want: [] },
  'a clock that was set forward starts the latest (case 5)': {
    cronJob: aCronJob({ schedule: '0 * * * *' }),
    now: '15:10:00',
    want: ['start 15:00:00', 'status: last 15:00:00, active []'],
  },
  'a day that never comes is never due, which is told (case 6)': {
    cronJob: aCronJob({ schedule: '0 0 31 2 *' }),
    now: '15:10:00',
    want: ['tell InvalidSchedule'],
  },
  'a zone that is not known is told of (case 4)': {
    cronJob: aCronJob({ timeZone: 'Mars/Olympus' }),
    now: '10:02:00',
    want: ['tell UnknownTimeZone'],
  },
  'a schedule that cannot be read is told of': {
    cronJob: aCronJob({ schedule: '61 * * * *' }),
    now: '10:02:00',
    want: ['tell UnparseableSchedule'],
  },
  'a schedule is read in its zone': {
    cronJob: aCronJob({ schedule: '30 15 * * *', timeZone: 'Asia/Kolkata' }),
    now: '10:00:30',
    want: [],
  },
  'a period does not drift when the controller restarts (case 8)': {
    cronJob: aCronJob({ schedule: '@every 7m' }),
    now: '10:20:00',
    want: ['start 10:14:00', 'status: last 10:14:00, active []'],
  },
  'suspended it starts nothing': { cronJob: aCronJob({ suspend: true }), now: '10:02:00', want: [] },
  'Allow starts a job beside the last': {
    cronJob: aCronJob({}, active(LAST)),
    jobs: [aJob(LAST)],
    now: '10:02:00',
    want: ['start 10:02:00', `status: last 10:02:00, active [${LAST}]`],
  },
  'Forbid waits for the last': {
    cronJob: aCronJob({ concurrencyPolicy: 'Forbid' }, active(LAST)),
    jobs: [aJob(LAST)],
    now: '10:02:00',
    want: ['tell JobAlreadyActive'],
  },
  'its end is told first': {
    cronJob: aCronJob({ concurrencyPolicy: 'Forbid' }, active(LAST)),
    jobs: [aJob(LAST, { ended: 'Complete' })],
    now: '10:03:10',
    want: ['tell SawCompletedJob', 'status: last 10:00:00, active []'],
  },
  'and then the next starts late (case 12)': {
    cronJob: aCronJob({ concurrencyPolicy: 'Forbid' }, { lastSuccessfulTime: '2026-11-24T10:01:00Z' }),
    jobs: [aJob(LAST, { ended: 'Complete' })],
    now: '10:03:10',
    want: ['start 10:02:00', 'status: last 10:02:00, active []'],
  },
  'Replace deletes the last first (case 13)': {
    cronJob: aCronJob({ concurrencyPolicy: 'Replace' }, active(LAST)),
    jobs: [aJob(LAST)],
    now: '10:02:00',
    want: [`delete ${LAST} (replaced)`, 'start 10:02:00', 'status: last 10:02:00, active []'],
  },
  'a job that has ended is not active any more (case 10)': {
    cronJob: aCronJob({}, active(LAST)),
    jobs: [aJob(LAST, { ended: 'Failed' })],
    now: '10:01:00',
    want: ['tell SawCompletedJob', 'status: last 10:00:00, active []'],
  },
  'nor is one that has vanished, once that is sure (case 10)': {
    cronJob: aCronJob({}, active(LAST)),
    now: '10:01:00',
    want: [`make sure that ${LAST} is gone`, 'tell MissingJob', 'status: last 10:00:00, active []'],
  },
  'one that somebody made by hand is told of, and is not active': {
    jobs: [aJob('manual', { byHand: true })],
    now: '10:01:00',
    want: ['tell UnexpectedJob'],
  },
  'three that succeeded and one that failed are kept (case 14)': {
    cronJob: aCronJob({}, { lastSuccessfulTime: '2026-11-24T10:01:00Z' }),
    jobs: ['1', '2', '3', '4', '5'].flatMap((n) => [
      aJob(minute(`09:0${n}:00`), { ended: 'Complete', startTime: `2026-11-24T09:0${n}:00Z` }),
      aJob(minute(`09:1${n}:00`), { ended: 'Failed', startTime: `2026-11-24T09:0${n}:00Z` }),
    ]),
    now: '10:01:00',
    want: [
      ...['09:01', '09:02', '09:11', '09:12', '09:13', '09:14'].map(
        (time) => `delete ${minute(`${time}:00`)} (old)`,
      ),
    ],
  },
};
for (const [name, { cronJob = aCronJob(), jobs = [], now, want }] of Object.entries(cases)) {
  test(name, () => expect(work(cronJob, jobs, at(now))).toEqual(want));
}

test('it looks again at the next time, never in the past (case 7)', () => {
  const uneven = aCronJob({ schedule: '30 6-16/4 * * 1-5' });
  expect(planOf(uneven, [], at('14:30:00')).lookAgainAt).toBe(Date.parse('2026-11-25T06:30:00Z'));
  expect(planOf(aCronJob({ schedule: '0 0 31 2 *' }), [], at('10:00:00')).lookAgainAt).toBeUndefined();
  expect(planOf(aCronJob(), [], at('09:58:00')).lookAgainAt).toBe(at('10:02:00'));
});

test('the words of the warnings are upstream’s', () => {
  const messages = (cronJob: CronJob, now: string) =>
    planOf(cronJob, [], at(now))
      .stages.flat()
      .flatMap((action) => (action.kind === 'announce' ? [action.message] : []));
  expect(messages(aCronJob({ startingDeadlineSeconds: 30 }), '10:02:31')).toEqual([
    'Missed scheduled time to start a job: Tue, 24 Nov 2026 10:02:00 +0000',
  ]);
  expect(messages(aCronJob({ schedule: '59 23 31 2 *' }), '10:02:00')).toEqual([
    'invalid schedule: 59 23 31 2 * : time difference between two schedules is less than 1 second',
  ]);
  expect(messages(aCronJob({ timeZone: 'Mars/Olympus' }), '10:02:00')).toEqual([
    'invalid timeZone: "Mars/Olympus": unknown time zone Mars/Olympus',
  ]);
});

test('a job carries its scheduled time in its zone (KEP-4026)', () => {
  const job = cronJobJob(aCronJob(), at('10:02:00'), 'Asia/Kolkata');
  expect(nameOf(job)).toBe(minute('10:02:00'));
  expect(job.metadata.annotations).toEqual({ [SCHEDULED]: '2026-11-24T15:32:00+05:30' });
});

test('never two jobs of one time, whatever is lost and however clocks move (case 11)', () => {
  const step = fc.record({
    seconds: fc.integer({ min: -300, max: 600 }),
    losesStatus: fc.boolean(),
    ends: fc.boolean(),
  });
  const policy = fc.constantFrom('Allow', 'Forbid', 'Replace');
  fc.assert(
    fc.property(policy, fc.array(step, { maxLength: 30 }), (concurrencyPolicy, steps) => {
      let cronJob = aCronJob({ concurrencyPolicy });
      let jobs: Job[] = [];
      const started: string[] = [];
      let now = at('10:01:00');
      for (const { seconds, losesStatus, ends } of steps) {
        now += seconds * 1000;
        if (ends) jobs = jobs.map((job) => aJob(nameOf(job), { ended: 'Complete' }));
        for (const action of planOf(cronJob, jobs, now).stages.flat()) {
          if (action.kind === 'startJob') {
            started.push(jobName(cronJob, action.scheduledTime));
            jobs = [...jobs, aJob(started.at(-1)!)];
          }
          if (action.kind === 'deleteJob' && action.because === 'replaced')
            jobs = jobs.filter((job) => job !== action.job);
          if (action.kind === 'updateStatus' && !losesStatus) cronJob = { ...cronJob, status: action.status };
        }
      }
      expect(new Set(started).size).toBe(started.length);
    }),
    { numRuns: 300 },
  );
});
