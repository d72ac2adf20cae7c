import { expect, test } from 'vitest';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { CronJob, CronJobSpec, Job, ObjectReference } from '../../generated/types.ts';
import { ago, aTemplate, NOW, ownedBy, storedMeta } from '../testing/builders.ts';
import { planCronJob } from './plan.ts';

// Which jobs hold back the next run, or are replaced by it. It is due now, one minute after the last.

const active = (...names: string[]): ObjectReference[] => names.map((name) => ({ name, uid: `uid-${name}` }));

const cronJob = (
  concurrencyPolicy: CronJobSpec['concurrencyPolicy'],
  listed: ObjectReference[] = [],
): CronJob => ({
  metadata: { ...storedMeta('cron'), creationTimestamp: ago(3600) },
  spec: { schedule: '* * * * *', concurrencyPolicy, jobTemplate: { spec: { template: aTemplate('cron') } } },
  status: { lastScheduleTime: ago(60), active: listed },
});

const job = (name: string, annotations: Record<string, string> = {}): Job => ({
  metadata: { ...storedMeta(name), annotations, ownerReferences: [ownedBy(cronJob('Allow'))] },
  spec: { template: aTemplate('cron') },
});
const byHand = job('by-hand', { 'cronjob.kubernetes.io/instantiate': 'manual' });
const runOf = (time: EpochMs): Job =>
  job(`cron-${time / 60_000}`, { 'batch.kubernetes.io/cronjob-scheduled-timestamp': timestamp(time) });

const work = (given: CronJob, jobs: readonly Job[]): string[] =>
  planCronJob({ cronJob: given, jobs, localTimeZone: 'UTC' }, NOW)
    .stages.flat()
    .flatMap((action) => {
      if (action.kind === 'announce') return [action.reason];
      return action.kind === 'updateStatus' ? [] : [action.kind];
    });

const cases: Record<string, { given: CronJob; jobs: Job[]; want: string[] }> = {
  'a run of the schedule holds the next one back with Forbid, though no status names it yet': {
    given: cronJob('Forbid'),
    jobs: [runOf(NOW - 60_000)],
    want: ['JobAlreadyActive'],
  },
  'one that somebody made by hand does not': {
    given: cronJob('Forbid'),
    jobs: [byHand],
    want: ['UnexpectedJob', 'startJob'],
  },
  'unless the status names it': {
    given: cronJob('Forbid', active('by-hand')),
    jobs: [byHand],
    want: ['JobAlreadyActive'],
  },
  'Replace takes the place of a run of the schedule': {
    given: cronJob('Replace'),
    jobs: [runOf(NOW - 60_000)],
    want: ['deleteJob', 'startJob'],
  },
  'and leaves one that somebody made by hand alone': {
    given: cronJob('Replace'),
    jobs: [byHand],
    want: ['UnexpectedJob', 'startJob'],
  },
};
for (const [name, { given, jobs, want }] of Object.entries(cases)) {
  test(name, () => expect(work(given, jobs)).toEqual(want));
}
