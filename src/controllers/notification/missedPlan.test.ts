import { expect, test } from 'vitest';
import { deepFreeze } from '../../apimachinery/object.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, CronJobSpec, CronJobStatus } from '../../generated/types.ts';
import { cronJobJob } from '../cronjob/cronJobJob.ts';
import { aTemplate, storedMeta } from '../testing/builders.ts';
import { type Action, planMissedRuns } from './missedPlan.ts';
import type { Notice, Progress } from './notice.ts';

const at = (time: string): EpochMs => Date.parse(`2026-11-24T${time}Z`);

interface Case {
  /** 12:30:00 unless told; the CronJob was made at 08:30 and is due each hour. */
  now?: string;
  spec?: Partial<CronJobSpec>;
  /** When the run was due that was started last. */
  last?: string;
  active?: boolean;
  /** The runs of which there are jobs. */
  jobs?: string[];
  /** What the annotation `notified-until` holds: a time of the day, or something else. */
  until?: string;
  annotations?: Record<string, string>;
  on?: 'missed' | 'failed';
  /** Of a notice of missed runs, the last of which was due then. */
  progress?: [Progress['kind'], last: string];
  deleting?: boolean;
  want: string[];
  /** When it looks again. */
  next?: string;
}

const isTime = (text: string) => /^\d\d:\d\d/.test(text);

function aCronJob(given: Case): CronJob {
  const { until, last } = given;
  const status: CronJobStatus = {
    ...(last && { lastScheduleTime: timestamp(at(last)) }),
    ...(given.active && { active: [{ name: 'cron-1', uid: 'x' }] }),
  };
  return deepFreeze({
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    metadata: {
      ...storedMeta('cron'),
      creationTimestamp: '2026-11-24T08:30:00Z',
      ...(given.deleting && { deletionTimestamp: '2026-11-24T12:29:00Z' }),
      annotations: {
        ...given.annotations,
        ...(until && { 'sampan.dev/notified-until': isTime(until) ? timestamp(at(until)) : until }),
      },
    },
    spec: {
      schedule: '0 * * * *',
      concurrencyPolicy: 'Allow',
      suspend: false,
      jobTemplate: { spec: { template: aTemplate('cron') } },
      ...given.spec,
    },
    status,
  });
}

function planOf(given: Case) {
  const cronJob = aCronJob(given);
  const { progress, on = 'missed' } = given;
  const notice = { event: 'RunMissed', scheduledTime: progress && timestamp(at(progress[1])) } as Notice;
  const observed = {
    cronJob,
    jobs: (given.jobs ?? []).map((time) => cronJobJob(cronJob, at(time), undefined)),
    target: { url: 'http://127.0.0.1', on: [on] },
    progress: progress && { kind: progress[0], notice },
    localTimeZone: 'UTC',
  };
  return planMissedRuns(observed, at(given.now ?? '12:30:00'));
}

const clock = (text: string) => text.slice(11, 16);
function inWords(action: Action): string {
  if (action.kind === 'forget') return 'forget';
  if (action.kind === 'mark')
    return `until ${action.until?.startsWith('20') ? clock(action.until) : action.until}`;
  const { missed, scheduledTime = '', reason } = action.delivery.notice;
  if (!missed) return 'tell as before';
  const { runs, first } = missed;
  return `tell ${runs} from ${clock(first)} to ${clock(scheduledTime)}: ${reason}`;
}

const forbid = { concurrencyPolicy: 'Forbid' } as const;
const cases: Record<string, Case> = {
  'a run that started is accounted for': { last: '12:00', until: '11:00', want: ['until 12:00'] },
  'and that is written once': { last: '12:00', until: '12:00', want: [], next: '13:00:10' },
  'the account begins with the run that started last': { last: '12:00', want: ['until 12:00'] },
  'or when the CronJob was made': { now: '08:40:00', want: [], next: '09:00:10' },
  'the run that is due is not missed while it may still start': { last: '11:00', until: '11:00', want: [] },
  'once another is due it is': {
    now: '13:00:10',
    last: '11:00',
    until: '11:00',
    want: ['tell 1 from 12:00 to 12:00: NotStarted'],
  },
  'which is judged when that had the time to start': {
    now: '13:00:09',
    last: '11:00',
    until: '11:00',
    want: [],
  },
  'after a long sleep all but the last are missed': {
    want: ['tell 3 from 09:00 to 11:00: NotStarted'],
  },
  'the same once that last one has started': {
    last: '12:00',
    until: '08:00',
    want: ['tell 3 from 09:00 to 11:00: NotStarted'],
  },
  'runs of which there are jobs were not missed, whatever the account says': {
    last: '12:00',
    until: '08:30',
    jobs: ['09:00', '11:00'],
    want: ['tell 1 from 10:00 to 10:00: NotStarted'],
  },
  'a job is proof before the status is': { until: '11:00', jobs: ['12:00'], want: ['until 12:00'] },
  'a run that a prior one held up was held up by it': {
    now: '13:00:10',
    last: '11:00',
    until: '11:00',
    active: true,
    spec: forbid,
    want: ['tell 1 from 12:00 to 12:00: JobAlreadyActive'],
  },
  'a run past its deadline is missed at once': {
    last: '11:00',
    until: '11:00',
    spec: { startingDeadlineSeconds: 600 },
    want: ['tell 1 from 12:00 to 12:00: MissSchedule'],
  },
  'and not before': {
    last: '11:00',
    until: '11:00',
    spec: { startingDeadlineSeconds: 3000 },
    want: [],
    next: '12:50:10',
  },
  'with catch-up what is to be made up for is not missed': {
    last: '09:00',
    until: '09:00',
    annotations: { 'sampan.dev/catch-up': 'all' },
    want: [],
  },
  'unless it is too late for it': {
    last: '09:00',
    until: '09:00',
    annotations: { 'sampan.dev/catch-up': 'all' },
    spec: { startingDeadlineSeconds: 6000 },
    want: ['tell 1 from 10:00 to 10:00: MissSchedule'],
  },
  'what is beyond its limit is': {
    last: '09:00',
    until: '09:00',
    annotations: { 'sampan.dev/catch-up': '2' },
    want: ['tell 1 from 10:00 to 10:00: NotStarted'],
  },
  'while it is told nothing more is looked for': {
    until: '08:30',
    progress: ['pending', '10:00'],
    want: ['tell as before'],
  },
  'what was told is accounted for': {
    until: '08:30',
    progress: ['delivered', '10:00'],
    want: ['until 10:00', 'forget'],
  },
  'what was missed meanwhile is told next': {
    until: '10:00',
    want: ['tell 1 from 11:00 to 11:00: NotStarted'],
  },
  'what cannot be told is accounted for too': {
    until: '08:30',
    progress: ['failed', '10:00'],
    want: ['until 10:00', 'forget'],
  },
  'when it is suspended the account pauses': {
    last: '12:00',
    until: '12:00',
    spec: { suspend: true },
    want: ['until suspended'],
  },
  'what was missed before is told first': {
    until: '10:00',
    spec: { suspend: true },
    want: ['tell 1 from 11:00 to 11:00: NotStarted', 'until suspended'],
  },
  'and nothing is missed meanwhile': { last: '09:00', until: 'suspended', spec: { suspend: true }, want: [] },
  'when it goes on, so does the account, from now on': {
    last: '09:00',
    until: 'suspended',
    want: ['until 12:30'],
  },
  'which does not go back for what is told late': {
    until: '12:30',
    progress: ['delivered', '10:00'],
    want: ['forget'],
  },
  'an account that was copied from an older CronJob does not count': {
    now: '09:30:00',
    until: '01:00',
    want: [],
  },
  'one that cannot be read begins anew': { last: '12:00', until: 'yesterday', want: ['until 12:00'] },
  'when nobody wants to know, none is kept': { on: 'failed', until: '11:00', want: ['until null'] },
  'and what is on its way is let go': {
    on: 'failed',
    progress: ['pending', '10:00'],
    want: ['forget'],
  },
  'a CronJob that goes is left alone': { deleting: true, want: [] },
  'so is one whose schedule cannot be read': { spec: { schedule: 'now' }, want: [] },
};
for (const [name, given] of Object.entries(cases)) {
  test(name, () => {
    const { stages, lookAgainAt } = planOf(given);
    expect(stages.flat().map(inWords)).toEqual(given.want);
    if (given.next) expect(new Date(lookAgainAt ?? 0).toISOString().slice(11, 19)).toBe(given.next);
  });
}

test('a year of minutes is counted to a thousand, and its last is still right', () => {
  const given = { spec: { schedule: '* * * * *' }, until: '08:30', want: [] };
  const cronJob = aCronJob(given);
  const target = { url: 'http://127.0.0.1', on: ['missed' as const] };
  const observed = { cronJob, jobs: [], target, progress: undefined, localTimeZone: 'UTC' };
  const [told] = planMissedRuns(observed, Date.parse('2027-11-24T08:30:30Z')).stages.flat();
  expect(told?.kind === 'tell' && told.delivery.notice).toMatchObject({
    missed: { runs: 1000, first: '2026-11-24T08:31:00Z' },
    scheduledTime: '2027-11-24T08:29:00Z',
    message: '1000 runs or more, the last of 2027-11-24T08:29:00Z, did not start before the next was due',
  });
});
