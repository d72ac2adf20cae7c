import { expect, test } from 'vitest';
import { endsSeenAt } from '../../controllers/job/podEnds.ts';
import { ago, aNode, NOW } from '../../controllers/testing/builders.ts';
import { aJob, aJobPod, isTrue, running } from '../../controllers/testing/jobs.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { Snapshot } from '../../scheduler/snapshot.ts';
import { explainJob } from './explainJob.ts';

interface Case {
  readonly job: Job;
  readonly pods?: readonly Pod[];
  readonly failure?: string;
  readonly want: readonly string[];
}

function rows({ job, pods = [], failure }: Case): string[] {
  const explained = { job, pods, ends: endsSeenAt(job, pods, NOW), creationFailure: failure };
  const surroundings = {
    nodes: [aNode('n1')],
    pods,
    snapshot: new Snapshot(),
    now: NOW,
    localTimeZone: 'UTC',
  };
  return explainJob(explained, surroundings).map(
    ({ object, node = '-', state, why }) => `${object} ${node} ${state}: ${why}`,
  );
}

const failedOne = aJobPod('a', { state: 'failed', exitCode: 3, forSeconds: 4, node: 'n1' });

const cases: Record<string, Case> = {
  'one that runs': {
    job: aJob({ completions: 6, parallelism: 2 }, { succeeded: 1 }),
    pods: [aJobPod('a', { node: 'n1' }), aJobPod('b', { state: 'pending' })],
    want: [
      'job/job - Running: 1 of 6 succeeded, 0 failed (backoffLimit 6), 2 under way',
      'pod/a n1 Running: running since 2026-01-01T00:59:00Z',
      'pod/b - Pending: waits for the scheduler',
    ],
  },
  'one that is about to make a pod': {
    job: aJob(),
    want: [
      'job/job - Starting: a pod is about to be made; 0 of 1 succeeded, 0 failed (backoffLimit 6), 0 under way',
    ],
  },
  'one whose pods are refused': {
    job: aJob(),
    failure: 'Error creating: pods "job-x" is forbidden',
    want: [
      'job/job - Starting: Error creating: pods "job-x" is forbidden; 0 of 1 succeeded, 0 failed (backoffLimit 6), 0 under way',
    ],
  },
  'one that waits after a failure': {
    job: aJob(),
    pods: [failedOne],
    want: [
      'job/job - BackingOff: makes its next pod at 2026-01-01T01:00:06Z, for pods have failed; 0 of 1 succeeded, 1 failed (backoffLimit 6), 0 under way',
      'pod/a n1 ExitCode:3: has ended: Failed, main ended with 3',
    ],
  },
  'one whose pods must have ended before others come': {
    job: aJob({ podReplacementPolicy: 'Failed' }),
    pods: [aJobPod('a', { node: 'n1', deleting: true })],
    want: [
      'job/job - Waiting: waits until pods that are being deleted have ended (1); 0 of 1 succeeded, 0 failed (backoffLimit 6), 0 under way',
      `pod/a n1 Terminating: is being deleted, due at ${ago(0)}, held by batch.kubernetes.io/job-tracking`,
    ],
  },
  'one that is suspended': {
    job: aJob({ suspend: true }),
    want: ['job/job - Suspended: no pod is made while spec.suspend is true'],
  },
  'one that others look after': {
    job: aJob({ managedBy: 'example.com/queue' }),
    want: ['job/job - Unmanaged: it is example.com/queue that looks after it (spec.managedBy)'],
  },
  'one that has failed, and still has pods': {
    job: aJob({ backoffLimit: 0, parallelism: 2, completions: 2 }),
    pods: [failedOne, ...running('b')],
    want: [
      'job/job - Ending: Failed as soon as its pods have ended (1): Job has reached the specified backoff limit',
      'pod/b - Running: waits for the scheduler',
      'pod/a n1 ExitCode:3: has ended: Failed, main ended with 3',
    ],
  },
  'one that is over': {
    job: aJob(
      {},
      { conditions: [isTrue('Complete', 'CompletionsReached', 'Reached expected number of succeeded pods')] },
    ),
    want: [`job/job - Complete: since ${ago(10)}: Reached expected number of succeeded pods`],
  },
};
for (const [name, given] of Object.entries(cases)) {
  test(`a Job: ${name}`, () => expect(rows(given)).toEqual(given.want));
}
