import { deepFreeze, nameOf } from '../../apimachinery/object.ts';
import type { Job, JobCondition, JobSpec, JobStatus, Pod } from '../../generated/types.ts';
import type { Action, Observed } from '../job/actions.ts';
import { COMPLETION_INDEX, TRACKING_FINALIZER } from '../job/jobFacts.ts';
import { planJob } from '../job/plan.ts';
import { endsSeenAt } from '../job/podEnds.ts';
import { ago, aPod, aTemplate, held, NOW, type PodFields, storedMeta } from './builders.ts';

/** What the controller sees of a job with these pods, when it looks for the first time. */
export const seenJob = (job: Job, pods: readonly Pod[]): Observed => ({
  kind: 'job',
  job,
  pods: held(pods),
  ends: endsSeenAt(job, pods, NOW),
});

/** A job that started a minute ago, with the API server's defaults. */
export const aJob = (spec: Partial<JobSpec> = {}, status: Partial<JobStatus> = {}): Job =>
  deepFreeze({
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: storedMeta('job'),
    spec: {
      parallelism: 1,
      ...(spec.parallelism === undefined && { completions: 1 }),
      backoffLimit: spec.backoffLimitPerIndex === undefined ? 6 : 2 ** 31 - 1,
      completionMode: 'NonIndexed',
      suspend: false,
      podReplacementPolicy: spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed',
      template: aTemplate('job', 'busybox', { restartPolicy: 'Never' }),
      ...spec,
    },
    status: { startTime: ago(60), terminating: 0, ready: 0, uncountedTerminatedPods: {}, ...status },
  });

export interface JobPodFields extends PodFields {
  index?: number;
  /** Already in the books: without the finalizer. */
  counted?: boolean;
  /** That its container ended with. */
  exitCode?: number;
}

export const aJobPod = (name: string, fields: JobPodFields = {}): Pod =>
  aPod(name, {
    finalizers: fields.counted ? [] : [TRACKING_FINALIZER],
    ...fields,
    annotations: {
      ...(fields.index !== undefined && { [COMPLETION_INDEX]: String(fields.index) }),
      ...fields.annotations,
    },
    status: {
      ...(fields.exitCode !== undefined && {
        containerStatuses: [
          {
            name: 'main',
            image: 'busybox',
            imageID: '',
            ready: false,
            restartCount: 0,
            state: { terminated: { exitCode: fields.exitCode, finishedAt: ago(fields.forSeconds ?? 60) } },
          },
        ],
      }),
      ...fields.status,
    },
  });

export const isTrue = (type: string, reason = '', message = ''): JobCondition => ({
  type,
  status: 'True',
  reason,
  message,
  lastProbeTime: ago(10),
  lastTransitionTime: ago(10),
});

/** An action as a statement; a status is left to be looked at by itself. */
export function inWords(action: Action): string {
  switch (action.kind) {
    case 'updateStatus':
      return 'write status';
    case 'createPod':
      return action.index === undefined ? 'create' : `create #${action.index}`;
    default:
      return `${action.kind} ${nameOf(action.pod)}`;
  }
}

/** What one look leads to. */
export const actionsOf = (job: Job, pods: readonly Pod[]): readonly Action[] =>
  planJob(seenJob(job, pods), NOW).stages.flat();
/** The status after that look. */
export const statusAfter = (job: Job, pods: readonly Pod[]) => {
  const write = actionsOf(job, pods).find((action) => action.kind === 'updateStatus');
  return write?.kind === 'updateStatus' ? write.status : (job.status ?? {});
};
export const conditionsAfter = (job: Job, pods: readonly Pod[]) =>
  (statusAfter(job, pods).conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`);
export const announcements = (job: Job, pods: readonly Pod[]) =>
  actionsOf(job, pods).flatMap((action) =>
    action.kind === 'updateStatus'
      ? action.announce.map(({ reason, message }) => `${reason}: ${message}`)
      : [],
  );
/** What is done beside writing the status. */
export const work = (job: Job, pods: readonly Pod[]) =>
  actionsOf(job, pods)
    .map(inWords)
    .filter((words) => words !== 'write status');

export const running = (...names: string[]) => names.map((name) => aJobPod(name));
export const indexed = (completions: number, rest: object = {}) => ({
  completionMode: 'Indexed',
  completions,
  parallelism: completions,
  ...rest,
});
export const exits = (code: number, action: string) => ({
  podFailurePolicy: { rules: [{ action, onExitCodes: { operator: 'In', values: [code] } }] },
});
