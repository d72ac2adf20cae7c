import {
  duplicate,
  type FieldError,
  invalidValue,
  invalidWhole,
  required,
} from '../../apimachinery/fieldErrors.ts';
import type { Job, JobStatus, UncountedTerminatedPods } from '../../generated/types.ts';
import { checkNonNegative } from '../checks.ts';
import { hasTrueCondition } from '../conditions.ts';
import { countIndexes, firstCommonIndex } from './indexIntervals.ts';
import { isFinished } from './jobConditions.ts';

const COUNTERS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
const TERMINAL = ['Failed', 'Complete', 'FailureTarget'];

/** A Job's status is counted by, so whoever writes it is held to its rules (`ValidateJobUpdateStatus`, KEP-4368). */
export function validateJobStatusUpdate(next: Job, stored: Job): FieldError[] {
  const errors: FieldError[] = [];
  const status = next.status ?? {};
  for (const counter of COUNTERS) checkNonNegative(errors, `status.${counter}`, status[counter]);
  checkUncounted(errors, 'status.uncountedTerminatedPods', status.uncountedTerminatedPods);
  checkConditions(errors, next);
  checkTimes(errors, next);
  if (isFinished(next)) checkFinished(errors, next);
  checkIndexes(errors, next);
  if ((status.ready ?? 0) > (status.active ?? 0)) {
    errors.push(invalidValue('status.ready', status.ready, 'cannot set more ready pods than active'));
  }
  checkChange(errors, next, stored);
  return errors;
}

function checkUncounted(
  errors: FieldError[],
  field: string,
  uncounted: UncountedTerminatedPods | undefined,
): void {
  const seen = new Set<string>();
  for (const list of ['succeeded', 'failed'] as const) {
    for (const [index, uid] of (uncounted?.[list] ?? []).entries()) {
      const path = `${field}.${list}[${index}]`;
      if (!uid) errors.push(invalidValue(path, uid, 'must not be empty'));
      else if (seen.has(uid)) errors.push(duplicate(path, uid));
      seen.add(uid);
    }
  }
}

function checkConditions(errors: FieldError[], job: Job): void {
  const [complete, failed] = [hasTrueCondition(job, 'Complete'), hasTrueCondition(job, 'Failed')];
  const [target, met] = [hasTrueCondition(job, 'FailureTarget'), hasTrueCondition(job, 'SuccessCriteriaMet')];
  const refuse = (detail: string) => errors.push(invalidWhole('status.conditions', detail));
  if (complete && failed) refuse('cannot set Complete=True and Failed=true conditions');
  if (complete && target) refuse('cannot set Complete=True and FailureTarget=true conditions');
  if (failed && !target) refuse('cannot set Failed=True condition without the FailureTarget=true condition');
  if (complete && !met)
    refuse('cannot set Complete=True condition without the SuccessCriteriaMet=true condition');
  if (met && failed) refuse('cannot set SuccessCriteriaMet=True and Failed=true conditions');
  if (met && target) refuse('cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
}

function checkTimes(errors: FieldError[], job: Job): void {
  const { startTime, completionTime } = job.status ?? {};
  const field = 'status.completionTime';
  const complete = hasTrueCondition(job, 'Complete');
  if (completionTime && !complete) {
    const detail = 'cannot set completionTime when there is no Complete=True condition';
    errors.push(invalidValue(field, completionTime, detail));
  }
  if (!completionTime && complete)
    errors.push(required(field, 'completionTime is required for Complete jobs'));
  if (startTime && completionTime && Date.parse(completionTime) < Date.parse(startTime)) {
    errors.push(invalidValue(field, completionTime, 'completionTime cannot be set before startTime'));
  }
}

/** Nothing of a finished Job is still on its way. */
function checkFinished(errors: FieldError[], { spec, status = {} }: Job): void {
  const { active = 0, terminating = 0, uncountedTerminatedPods: uncounted } = status;
  const neverRan = spec?.suspend && spec.completions === 0;
  if (active > 0) errors.push(invalidValue('status.active', active, 'active>0 is invalid for finished job'));
  if (!status.startTime && !neverRan)
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  if (uncounted?.succeeded?.length || uncounted?.failed?.length) {
    const detail = 'uncountedTerminatedPods needs to be empty for finished job';
    errors.push(invalidValue('status.uncountedTerminatedPods', uncounted, detail));
  }
  if (terminating > 0) {
    errors.push(invalidValue('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  }
}

function checkIndexes(errors: FieldError[], { spec, status = {} }: Job): void {
  const { completedIndexes = '', failedIndexes } = status;
  const completions = spec?.completions ?? 0;
  if (completedIndexes && spec?.completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalidValue('status.completedIndexes', completedIndexes, detail));
    return;
  }
  checkIndexList(errors, 'completedIndexes', completedIndexes, completions);
  if (failedIndexes === undefined) return;
  if (spec?.backoffLimitPerIndex === undefined) {
    const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalidValue('status.failedIndexes', failedIndexes, detail));
    return;
  }
  checkIndexList(errors, 'failedIndexes', failedIndexes, completions);
  const common = firstCommonIndex(completedIndexes, failedIndexes, completions);
  if (common === undefined) return;
  const detail = `failedIndexes and completedIndexes overlap at index: ${common}`;
  errors.push(invalidValue('status.failedIndexes', failedIndexes, detail));
}

function checkIndexList(
  errors: FieldError[],
  name: 'completedIndexes' | 'failedIndexes',
  text: string,
  completions: number,
): void {
  const counted = countIndexes(text, completions);
  if (!('problem' in counted)) return;
  errors.push(invalidValue(`status.${name}`, text, `error parsing ${name}: ${counted.problem}`));
}

/** What has been counted and concluded stands. */
function checkChange(errors: FieldError[], next: Job, stored: Job): void {
  const refuse = (detail: string) => errors.push(invalidWhole('status.conditions', detail));
  for (const type of TERMINAL) {
    if (hasTrueCondition(stored, type) && !hasTrueCondition(next, type)) {
      refuse(`cannot disable the terminal ${type}=True condition`);
    }
  }
  if (hasTrueCondition(stored, 'SuccessCriteriaMet') && !hasTrueCondition(next, 'SuccessCriteriaMet')) {
    refuse('cannot disable the SuccessCriteriaMet=True condition');
  }
  checkCountersGrow(errors, next, stored);
  checkTimesStand(errors, next, stored.status ?? {});
}

function checkCountersGrow(errors: FieldError[], next: Job, stored: Job): void {
  // A Job of indexes may shrink, and then has fewer successes.
  const counters =
    next.spec?.completionMode === 'Indexed' ? (['failed'] as const) : (['failed', 'succeeded'] as const);
  for (const counter of counters) {
    const count = next.status?.[counter] ?? 0;
    if (count >= (stored.status?.[counter] ?? 0)) continue;
    errors.push(invalidValue(`status.${counter}`, count, `cannot decrease the ${counter} counter`));
  }
}

function checkTimesStand(errors: FieldError[], { spec, status = {} }: Job, before: JobStatus): void {
  if (status.completionTime && before.completionTime && status.completionTime !== before.completionTime) {
    const detail = 'completionTime cannot be mutated';
    errors.push(invalidValue('status.completionTime', status.completionTime, detail));
  }
  if (before.startTime && before.startTime !== status.startTime && !spec?.suspend) {
    errors.push(required('status.startTime', 'startTime cannot be removed for unsuspended job'));
  }
}
