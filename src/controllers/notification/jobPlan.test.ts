import { expect, test } from 'vitest';
import type { Job } from '../../generated/types.ts';
import type { NotifyTarget } from '../../resources/notifyAnnotations.ts';
import { ago, NOW } from '../testing/builders.ts';
import { aJob, isTrue } from '../testing/jobs.ts';
import { noticesOf } from './jobNotices.ts';
import { type Action, planJobNotices } from './jobPlan.ts';
import type { Notice, Progress } from './notice.ts';

const failed = {
  conditions: [isTrue('FailureTarget'), isTrue('Failed', 'BackoffLimitExceeded', 'too often')],
};
const complete = { conditions: [isTrue('SuccessCriteriaMet'), isTrue('Complete', 'CompletionsReached')] };
const STARTED = `JobStarted@${ago(60)}`;
const FAILED = `JobFailed@${ago(10)}`;

interface Case {
  status?: Job['status'];
  on?: NotifyTarget['on'] | null;
  /** What the annotations `notified` and `notify-failed` hold. */
  notified?: string;
  notifyFailed?: string;
  held?: boolean;
  deletedSecondsAgo?: number;
  goesWithOwner?: boolean;
  progress?: Partial<Record<Notice['event'], Progress['kind']>>;
  want: string[];
}

function observedIn(given: Case) {
  const job = aJob({}, given.status);
  const metadata = {
    ...job.metadata,
    annotations: {
      ...(given.notified && { 'sampan.dev/notified': given.notified }),
      ...(given.notifyFailed && { 'sampan.dev/notify-failed': given.notifyFailed }),
    },
    ...(given.held && { finalizers: ['sampan.dev/notify'] }),
    ...(given.deletedSecondsAgo !== undefined && { deletionTimestamp: ago(given.deletedSecondsAgo) }),
  };
  const seen = { ...job, metadata };
  return {
    job: seen,
    notices: noticesOf(seen).map((notice) => {
      const kind = given.progress?.[notice.event];
      return { notice, progress: kind && { kind, notice } };
    }),
    target:
      given.on === null
        ? undefined
        : { url: 'http://127.0.0.1', on: given.on ?? (['failed', 'missed'] as const) },
    goesWithOwner: given.goesWithOwner ?? false,
  };
}

function inWords(action: Action): string {
  switch (action.kind) {
    case 'tell':
      return `tell ${action.delivery.notice.event}`;
    case 'forget':
      return `forget ${action.id.split('/')[1]}`;
    case 'mark': {
      const { annotations, finalizer } = action.mark;
      const written = Object.entries(annotations).map(([name, value]) => `${name.split('/')[1]}: ${value}`);
      return ['mark', ...written, ...(finalizer ? [`${finalizer} finalizer`] : [])].join(' | ');
    }
  }
}

const DAY_SECONDS = 86_400;
const cases: Record<string, Case> = {
  'a job is kept from its beginning': { want: ['mark | add finalizer'] },
  'and that is enough until it ends': { held: true, want: [] },
  'one whose end nobody wants to know is not': { on: ['started', 'missed'], notified: STARTED, want: [] },
  'a failure is told': { status: failed, held: true, want: ['tell JobFailed'] },
  'also of a job that was there before somebody wanted to know': {
    status: failed,
    want: ['tell JobFailed', 'mark | add finalizer'],
  },
  'once it is delivered that is written down, and the job may go': {
    status: failed,
    held: true,
    progress: { JobFailed: 'delivered' },
    want: [`mark | notified: ${FAILED} | remove finalizer`, 'forget JobFailed'],
  },
  'so it is when it cannot be': {
    status: failed,
    held: true,
    progress: { JobFailed: 'failed' },
    want: [`mark | notify-failed: ${FAILED} | remove finalizer`, 'forget JobFailed'],
  },
  'what was told is not told again': { status: failed, notified: FAILED, want: [] },
  'nor is what could not be': { status: failed, notifyFailed: FAILED, want: [] },
  'what was told of another job, from which this one was copied, does not count': {
    status: failed,
    held: true,
    notified: 'JobFailed@2020-01-01T00:00:00Z',
    want: ['tell JobFailed'],
  },
  'a success is not told unless it is asked for': {
    status: complete,
    held: true,
    want: ['mark | remove finalizer'],
  },
  'and is if it is': { status: complete, held: true, on: ['succeeded'], want: ['tell JobSucceeded'] },
  'a start is told when it is asked for': { on: ['started'], want: ['tell JobStarted'] },
  'a start and an end are told in their order': {
    status: failed,
    held: true,
    on: ['started', 'failed'],
    want: ['tell JobStarted', 'tell JobFailed'],
  },
  'a job is kept until both are': {
    status: failed,
    held: true,
    on: ['started', 'failed'],
    progress: { JobStarted: 'pending', JobFailed: 'delivered' },
    want: ['tell JobStarted', `mark | notified: ${FAILED}`, 'forget JobFailed'],
  },
  'and what is told last is written beside what was': {
    status: failed,
    held: true,
    on: ['started', 'failed'],
    notified: FAILED,
    progress: { JobStarted: 'delivered' },
    want: [`mark | notified: ${FAILED},${STARTED} | remove finalizer`, 'forget JobStarted'],
  },
  'a deleted job stays while it is being told': {
    status: failed,
    held: true,
    deletedSecondsAgo: DAY_SECONDS - 1,
    progress: { JobFailed: 'pending' },
    want: ['tell JobFailed'],
  },
  'for a day': {
    status: failed,
    held: true,
    deletedSecondsAgo: DAY_SECONDS,
    progress: { JobFailed: 'pending' },
    want: ['tell JobFailed', 'mark | remove finalizer'],
  },
  'and not when its CronJob or its namespace goes': {
    status: failed,
    held: true,
    deletedSecondsAgo: 1,
    goesWithOwner: true,
    want: ['tell JobFailed', 'mark | remove finalizer'],
  },
  'one that is deleted before its end goes at once': {
    held: true,
    deletedSecondsAgo: 1,
    want: ['mark | remove finalizer'],
  },
  'one that is being deleted gets no finalizer': {
    status: failed,
    deletedSecondsAgo: 1,
    want: ['tell JobFailed'],
  },
  'when nobody wants to know any more, it is let go': {
    status: failed,
    held: true,
    on: null,
    progress: { JobFailed: 'pending' },
    want: ['mark | remove finalizer', 'forget JobFailed'],
  },
  'a job of which nobody wants to know is left alone': { status: failed, on: null, want: [] },
};
for (const [name, given] of Object.entries(cases)) {
  test(name, () => {
    const { stages } = planJobNotices(observedIn(given), NOW);
    expect(stages.flat().map(inWords)).toEqual(given.want);
  });
}

test('a deleted job is looked at again when its day is over', () => {
  const given = { status: failed, held: true, deletedSecondsAgo: 60, want: [] };
  const { lookAgainAt } = planJobNotices(observedIn(given), NOW);
  expect(lookAgainAt).toBe(NOW + (DAY_SECONDS - 60) * 1000);
});
