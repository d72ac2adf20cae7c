import { expect, test } from 'vitest';
import type { Job, Pod } from '../../generated/types.ts';
import { ago, NOW } from '../testing/builders.ts';
import {
  aJob,
  aJobPod,
  announcements,
  conditionsAfter,
  indexed,
  isTrue,
  running,
  seenJob,
  work,
} from '../testing/jobs.ts';
import { planJob } from './plan.ts';

const annotated = (annotations: Record<string, string>, ...rest: Parameters<typeof aJob>): Job => {
  const job = aJob(...rest);
  return { ...job, metadata: { ...job.metadata, annotations } };
};

const failed = (...secondsAgo: number[]) =>
  secondsAgo.map((forSeconds) =>
    aJobPod(`a${forSeconds}`, { state: 'failed', counted: true, exitCode: 1, forSeconds }),
  );

/** A pod that its node took a minute ago and whose container waits since. */
const waitingFor = (reason: string): Pod =>
  aJobPod('a', {
    state: 'pending',
    status: {
      startTime: ago(60),
      containerStatuses: [
        {
          name: 'main',
          image: 'nowhere/x',
          imageID: '',
          ready: false,
          restartCount: 0,
          state: { waiting: { reason } },
        },
      ],
    },
  });

const fixed = { 'sampan.dev/retry-delay': '5m' };
const growing = { 'sampan.dev/retry-delay': '1s', 'sampan.dev/retry-delay-max': '3s' };
const retries: Record<string, { job: Job; pods: Pod[]; want: string[] }> = {
  'retry-delay (#94012, #114651): not before that time': {
    job: annotated(fixed, {}, { failed: 1 }),
    pods: failed(299),
    want: [],
  },
  'and then at once, however many failures there were': {
    job: annotated(fixed, {}, { failed: 3 }),
    pods: failed(900, 600, 300),
    want: ['create'],
  },
  'a delay of 0 makes the next pod at once': {
    job: annotated({ 'sampan.dev/retry-delay': '0' }, {}, { failed: 3 }),
    pods: failed(2, 1, 0),
    want: ['create'],
  },
  'with retry-delay-max it doubles': {
    job: annotated(growing, {}, { failed: 2 }),
    pods: failed(9, 1),
    want: [],
  },
  'up to that time': {
    job: annotated(growing, {}, { failed: 5 }),
    pods: failed(9, 8, 7, 6, 3),
    want: ['create'],
  },
  'retry-delay-max alone bounds the usual back-off': {
    job: annotated({ 'sampan.dev/retry-delay-max': '15s' }, {}, { failed: 3 }),
    pods: failed(99, 50, 15),
    want: ['create'],
  },
  'each index waits for itself': {
    job: annotated(fixed, indexed(2, { backoffLimitPerIndex: 3 })),
    pods: [
      aJobPod('a', { state: 'failed', index: 0, exitCode: 1, forSeconds: 299 }),
      aJobPod('b', { state: 'failed', index: 1, exitCode: 1, forSeconds: 300 }),
    ],
    want: ['create #1'],
  },
  'a malformed delay changes nothing': {
    job: annotated({ 'sampan.dev/retry-delay': 'soon' }, {}, { failed: 1 }),
    pods: failed(10),
    want: ['create'],
  },
};
for (const [name, { job, pods, want }] of Object.entries(retries)) {
  test(name, () => expect(work(job, pods)).toEqual(want));
}

const pulls: Record<string, { patience?: string; reason: string; want: string[] }> = {
  'a job waits for its image for ever': { reason: 'ImagePullBackOff', want: [] },
  'unless it is to fail at once (#122300)': {
    patience: 'true',
    reason: 'ErrImagePull',
    want: ['FailureTarget=True ImagePullError'],
  },
  'or after a time': {
    patience: '1m',
    reason: 'ImagePullBackOff',
    want: ['FailureTarget=True ImagePullError'],
  },
  'but not before': { patience: '61s', reason: 'ImagePullBackOff', want: [] },
  'a container that waits for something else is no reason': {
    patience: 'true',
    reason: 'ContainerCreating',
    want: [],
  },
};
for (const [name, { patience, reason, want }] of Object.entries(pulls)) {
  test(`fail-on-image-pull-error: ${name}`, () => {
    const job = annotated(patience ? { 'sampan.dev/fail-on-image-pull-error': patience } : {});
    expect(conditionsAfter(job, [waitingFor(reason)])).toEqual(want);
  });
}

test('a job that waits for its image looks again when its patience is over', () => {
  const job = annotated({ 'sampan.dev/fail-on-image-pull-error': '61s' });
  const plan = planJob(seenJob(job, [waitingFor('ErrImagePull')]), NOW);
  expect(plan.lookAgainAt).toBe(NOW + 1_000);
});

const isRunning = { containerStatuses: [{ state: { running: { startedAt: ago(60) } } }] as never };
const overdue = { backoffLimit: 0 };
const keeps = { 'sampan.dev/keep-failed-pods': 'true' };
const stops: Record<string, { job: Job; pods: Pod[]; want: string[] }> = {
  'pods that run when the job fails are deleted': {
    job: aJob(overdue, { failed: 1 }),
    pods: [aJobPod('a', { status: isRunning })],
    want: ['stopPod a'],
  },
  'with keep-failed-pods (#74848) they are ended': {
    job: annotated(keeps, overdue, { failed: 1 }),
    pods: [aJobPod('a', { status: isRunning })],
    want: ['endPod a'],
  },
  once: {
    job: annotated(keeps, overdue, { failed: 1 }),
    pods: [aJobPod('a', { status: isRunning, spec: { activeDeadlineSeconds: 1 } })],
    want: [],
  },
  'but deleted if nothing of them ever ran': {
    job: annotated(keeps, overdue, { failed: 1 }),
    pods: [aJobPod('a', { state: 'pending' })],
    want: ['stopPod a'],
  },
  'and those of a job that succeeded are deleted': {
    job: annotated(keeps, {}, { conditions: [isTrue('SuccessCriteriaMet', 'SuccessPolicy')] }),
    pods: [aJobPod('a', { status: isRunning })],
    want: ['stopPod a'],
  },
};
for (const [name, { job, pods, want }] of Object.entries(stops)) {
  test(name, () => expect(work(job, pods)).toEqual(want));
}

test('finished-condition (kubectl#1629) says that a job is over, whichever way', () => {
  const asked = { 'sampan.dev/finished-condition': 'true' };
  const complete = { succeeded: 1, conditions: [isTrue('SuccessCriteriaMet', 'CompletionsReached')] };
  expect(conditionsAfter(annotated(asked, {}, complete), [])).toContain('Finished=True Complete');
  const lost = { failed: 7, conditions: [isTrue('FailureTarget', 'BackoffLimitExceeded', 'too many')] };
  expect(conditionsAfter(annotated(asked, {}, lost), [])).toContain('Finished=True Failed');
  expect(announcements(annotated(asked, {}, lost), [])).toEqual(['BackoffLimitExceeded: too many']);
  expect(conditionsAfter(annotated(asked), running('a'))).toEqual([]);
  expect(conditionsAfter(aJob({}, complete), [])).not.toContain('Finished=True Complete');
});
