import { expect, test } from 'vitest';
import { ago, NOW } from '../../controllers/testing/builders.ts';
import type { CronJob, CronJobSpec, CronJobStatus, Job } from '../../generated/types.ts';
import { Snapshot } from '../../scheduler/snapshot.ts';
import { explainCronJob } from './explainCronJob.ts';

const DAY_S = 86_400;

const aCronJob = (spec: Partial<CronJobSpec> = {}, status: CronJobStatus = {}): CronJob => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name: 'backup', namespace: 'default', uid: 'uid-cj', creationTimestamp: ago(DAY_S) },
  spec: { schedule: '30 * * * *', jobTemplate: {}, ...spec },
  status,
});

/** At 01:00 on the first of January; the last run was that of 00:30 unless told otherwise. */
const ran = (spec: Partial<CronJobSpec> = {}, secondsAgo = 1800) =>
  aCronJob(spec, { lastScheduleTime: ago(secondsAgo) });

const aRun: Job = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: {
    name: 'backup-29453790',
    namespace: 'default',
    uid: 'uid-job',
    creationTimestamp: ago(1800),
    annotations: { 'batch.kubernetes.io/cronjob-scheduled-timestamp': '2026-01-01T00:30:00Z' },
  },
  spec: { suspend: true, template: { metadata: {}, spec: { containers: [] } } },
};

interface Case {
  readonly cronJob: CronJob;
  readonly jobs?: readonly Job[];
  readonly failure?: string;
  readonly want: readonly string[];
}

function rows({ cronJob, jobs = [], failure }: Case): string[] {
  const ends = { failures: new Map(), lastSuccess: Number.NEGATIVE_INFINITY };
  const explained = {
    cronJob,
    jobs: jobs.map((job) => ({ job, pods: [], ends })),
    creationFailure: failure,
  };
  const surroundings = {
    nodes: [],
    pods: [],
    snapshot: new Snapshot(),
    now: NOW,
    localTimeZone: 'Asia/Kolkata',
  };
  return explainCronJob(explained, surroundings).map(
    ({ object, state, why }) => `${object} ${state}: ${why}`,
  );
}

const NEXT = 'next run at 2026-01-01T02:00:00Z, the last was of 2026-01-01T00:30:00Z';
const cases: Record<string, Case> = {
  'one that waits for its time, in the zone of the cluster': {
    cronJob: ran({ schedule: '30 7 * * *' }),
    want: ['cronjob/backup Waiting: next run at 2026-01-01T02:00:00Z, the last was of 2026-01-01T00:30:00Z'],
  },
  'one that has never run': {
    cronJob: aCronJob({ schedule: '0 0 1 7 *', timeZone: 'Etc/UTC' }),
    want: ['cronjob/backup Waiting: next run at 2026-07-01T00:00:00Z, none so far'],
  },
  'one whose day never comes': {
    cronJob: aCronJob({ schedule: '0 0 31 2 *' }),
    want: ['cronjob/backup Waiting: its schedule names no day that comes, none so far'],
  },
  'one that has a run under way': {
    cronJob: ran({ schedule: '30 7 * * *' }),
    jobs: [aRun],
    want: [
      `cronjob/backup Active: ${NEXT}`,
      'job/backup-29453790 Suspended: no pod is made while spec.suspend is true',
    ],
  },
  'one whose policy holds the next run back': {
    cronJob: ran({ schedule: '0 * * * *', timeZone: 'Etc/UTC', concurrencyPolicy: 'Forbid' }),
    jobs: [aRun],
    want: [
      `cronjob/backup Held: the run of 2026-01-01T01:00:00Z waits for job/backup-29453790 to end: concurrencyPolicy is Forbid; ${NEXT}`,
      'job/backup-29453790 Suspended: no pod is made while spec.suspend is true',
    ],
  },
  'one that comes too late': {
    cronJob: ran({ schedule: '45 * * * *', timeZone: 'Etc/UTC', startingDeadlineSeconds: 60 }),
    want: [
      'cronjob/backup Missed: the run of 2026-01-01T00:45:00Z is too late: startingDeadlineSeconds is 60; next run at 2026-01-01T01:45:00Z, the last was of 2026-01-01T00:30:00Z',
    ],
  },
  'one whose job is refused': {
    cronJob: ran({ schedule: '0 * * * *', timeZone: 'Etc/UTC' }),
    failure: 'Error creating job: jobs.batch "backup-2" is forbidden',
    want: [
      `cronjob/backup Starting: the run of 2026-01-01T01:00:00Z: Error creating job: jobs.batch "backup-2" is forbidden; ${NEXT}`,
    ],
  },
  'one that is suspended': {
    cronJob: ran({ suspend: true }),
    want: ['cronjob/backup Suspended: no run starts while spec.suspend is true'],
  },
  'one that nobody can read': {
    cronJob: ran({ schedule: 'daily' }),
    want: [
      'cronjob/backup Unreadable: unparseable schedule: "daily" : expected exactly 5 fields, found 1: [daily]',
    ],
  },
};
for (const [name, given] of Object.entries(cases)) {
  test(`a CronJob: ${name}`, () => expect(rows(given)).toEqual(given.want));
}
