import { expect, test } from 'vitest';
import type { JobSpec, JobStatus } from '../../generated/types.ts';
import { problems } from '../testing/problems.ts';
import { validateJobStatusUpdate } from './jobStatusUpdate.ts';
import { job } from './testing.ts';

const TRUE = (type: string) => ({ type, status: 'True' });
const startTime = '2026-01-01T00:00:00Z';
const done: JobStatus = {
  startTime,
  completionTime: '2026-01-01T00:01:00Z',
  succeeded: 1,
  conditions: [TRUE('SuccessCriteriaMet'), TRUE('Complete')],
};
const failed: JobStatus = { startTime, failed: 1, conditions: [TRUE('FailureTarget'), TRUE('Failed')] };

interface Case {
  spec?: Partial<JobSpec>;
  stored?: JobStatus;
  next: JobStatus;
  want?: string[];
}
const cases: Record<string, Case> = {
  'a Job may be done': { next: done },
  'a Job may fail': { next: failed },
  'a Job is not done before its pods are': {
    next: { ...done, active: 1 },
    want: ['status.active: Invalid value: 1: active>0 is invalid for finished job'],
  },
  'a Job is not done without its criteria': {
    next: { ...done, conditions: [TRUE('Complete')] },
    want: [
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
    ],
  },
  'a Job does not fail out of the blue': {
    next: { ...failed, conditions: [TRUE('Failed')] },
    want: [
      'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
    ],
  },
  'a Job that is done says when': {
    next: { ...done, completionTime: undefined },
    want: ['status.completionTime: Required value: completionTime is required for Complete jobs'],
  },
  'what is done stays done': {
    stored: done,
    next: { startTime, succeeded: 1 },
    want: [
      'status.conditions: Invalid value: cannot disable the terminal Complete=True condition',
      'status.conditions: Invalid value: cannot disable the SuccessCriteriaMet=True condition',
    ],
  },
  'no pod is counted back': {
    stored: { failed: 2, succeeded: 2 },
    next: { failed: 1, succeeded: 1 },
    want: [
      'status.failed: Invalid value: 1: cannot decrease the failed counter',
      'status.succeeded: Invalid value: 1: cannot decrease the succeeded counter',
    ],
  },
  'no pod is counted twice': {
    next: { uncountedTerminatedPods: { succeeded: ['a'], failed: ['a'] } },
    want: ['status.uncountedTerminatedPods.failed[0]: Duplicate value: "a"'],
  },
  'indexes are of indexed Jobs': {
    next: { completedIndexes: '0' },
    want: [
      'status.completedIndexes: Invalid value: "0": cannot set non-empty completedIndexes when non-indexed completion mode',
    ],
  },
  'indexes are in order': {
    spec: { completionMode: 'Indexed', completions: 9 },
    next: { completedIndexes: '3,1' },
    want: [
      'status.completedIndexes: Invalid value: "3,1": error parsing completedIndexes: non-increasing order, previous: 3, current: 1',
    ],
  },
  'an index has not both failed and succeeded': {
    spec: { completionMode: 'Indexed', completions: 9, backoffLimitPerIndex: 0 },
    next: { completedIndexes: '0,2-4', failedIndexes: '1,4-5' },
    want: [
      'status.failedIndexes: Invalid value: "1,4-5": failedIndexes and completedIndexes overlap at index: 4',
    ],
  },
  'a work queue has no indexes either': {
    spec: { completions: 3 },
    next: { completedIndexes: '5' },
    want: [
      'status.completedIndexes: Invalid value: "5": error parsing completedIndexes: too large index: "5"',
      'status.completedIndexes: Invalid value: "5": cannot set non-empty completedIndexes when non-indexed completion mode',
    ],
  },
  'what was wrong already keeps nobody from the rest': {
    stored: { ready: 2, active: 1, completedIndexes: '7', conditions: [TRUE('Failed')] },
    next: { ready: 2, active: 1, completedIndexes: '7', conditions: [TRUE('Failed')], failed: 1 },
  },
  'successes of indexes are counted back only where the Job may shrink': {
    spec: { completionMode: 'Indexed', completions: 3, parallelism: 2 },
    stored: { succeeded: 2 },
    next: { succeeded: 1 },
    want: ['status.succeeded: Invalid value: 1: cannot decrease the succeeded counter'],
  },
  'and there they are': {
    spec: { completionMode: 'Indexed', completions: 3, parallelism: 3 },
    stored: { succeeded: 2 },
    next: { succeeded: 1 },
  },
  'a Job with a success policy is done by its criteria': {
    spec: { completionMode: 'Indexed', completions: 3, successPolicy: { rules: [{ succeededCount: 1 }] } },
    next: { ...done, conditions: [TRUE('Complete')] },
    want: [
      'status.conditions: Invalid value: cannot set Complete=True condition without the SuccessCriteriaMet=true condition',
      'status.conditions: Invalid value: cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True',
    ],
  },
  'criteria are not met when all is over': {
    stored: { ...done, conditions: [TRUE('Complete')] },
    next: done,
    want: [
      'status.conditions: Invalid value: cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions',
    ],
  },
  'no more are ready than are active': {
    next: { active: 1, ready: 2 },
    want: ['status.ready: Invalid value: 2: cannot set more ready pods than active'],
  },
  'a Job is not done before it began': {
    next: { ...done, startTime: '2026-01-01T00:02:00Z' },
    want: [
      'status.completionTime: Invalid value: "2026-01-01T00:01:00Z": must be equal to or after `startTime`',
    ],
  },
  'nothing is left to be counted of a Job that is done': {
    next: { ...done, uncountedTerminatedPods: { failed: ['a'] } },
    want: ['status.uncountedTerminatedPods: Invalid value: {"failed":["a"]}: must be empty for finished job'],
  },
  'when a Job was done stays': {
    stored: done,
    next: { ...done, completionTime: '2026-01-01T00:02:00Z' },
    want: ['status.completionTime: Invalid value: "2026-01-01T00:02:00Z": field is immutable'],
  },
  'when a Job began stays': {
    stored: { startTime },
    next: { startTime: '2026-01-01T00:02:00Z' },
    want: [
      'status.startTime: Invalid value: "2026-01-01T00:02:00Z": field is immutable for unsuspended job once set',
    ],
  },
  'that a Job began is not forgotten': {
    stored: { startTime },
    next: {},
    want: ['status.startTime: Invalid value: null: field is immutable for unsuspended job once set'],
  },
  'a Job that was suspended begins anew (#134521)': {
    stored: { startTime, conditions: [TRUE('Suspended')] },
    next: { startTime: '2026-01-01T00:02:00Z', conditions: [{ type: 'Suspended', status: 'False' }] },
  },
  'what a Job lacks to fail is told of with each new failed index': {
    spec: { completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 0 },
    stored: { startTime, failedIndexes: '', conditions: [TRUE('Failed')] },
    next: { startTime, failedIndexes: '1', conditions: [TRUE('Failed')] },
    want: [
      'status.conditions: Invalid value: cannot set Failed=True condition without the FailureTarget=true condition',
    ],
  },
  'the start of a suspended Job is forgotten': {
    spec: { suspend: true },
    stored: { startTime },
    next: {},
  },
};
test.each(Object.entries(cases))('%s', (_, { spec, stored, next, want = [] }) => {
  const found = validateJobStatusUpdate(job(spec, { status: next }), job(spec, { status: stored }));
  expect(problems(found)).toEqual(want);
});
