import {
  duplicate,
  type FieldError,
  invalidValue,
  invalidWhole,
  required,
} from '../../apimachinery/fieldErrors.ts';
import type { Job, JobStatus, UncountedTerminatedPods } from '../../generated/types.ts';
import { checkNonNegative } from '../checks.ts';
import { conditionOf, hasTrueCondition } from '../conditions.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { countIndexes, firstCommonIndex } from './indexIntervals.ts';
import { isFinished } from './jobConditions.ts';

const COUNTERS = ['active', 'succeeded', 'failed', 'ready', 'terminating'] as const;
const TERMINAL = ['Failed', 'Complete', 'FailureTarget'] as const;

/**
 * A Job's status is counted by, so whoever writes it is held to its rules (`ValidateJobUpdateStatus`, KEP-4368). Most hold only of what
 * the write changes: what was wrong already, or became so with the spec, keeps nobody from the rest.
 */
export function validateJobStatusUpdate(next: Job, stored: Job): FieldError[] {
  const errors: FieldError[] = [];
  const write: Write = { errors, next, stored, has: changesOf(next, stored) };
  for (const counter of COUNTERS) checkNonNegative(errors, `status.${counter}`, next.status?.[counter]);
  checkUncounted(errors, 'status.uncountedTerminatedPods', next.status?.uncountedTerminatedPods);
  checkEnd(write);
  checkTimes(write);
  checkGrounds(write);
  checkFinished(write);
  checkIndexes(write);
  checkPodsLeft(write);
  checkSuccess(write);
  checkChange(write);
  return errors;
}

type StatusField = keyof JobStatus;
type ConditionType = 'Complete' | 'Failed' | 'FailureTarget' | 'SuccessCriteriaMet' | 'finished';

interface Write {
  readonly errors: FieldError[];
  readonly next: Job;
  readonly stored: Job;
  /** Whether one of those changes. */
  has(...changes: readonly (StatusField | ConditionType)[]): boolean;
}

function changesOf(next: Job, stored: Job): Write['has'] {
  const isChanged = (what: StatusField | ConditionType): boolean => {
    if (what === 'finished') return isFinished(next) !== isFinished(stored);
    if (isConditionType(what)) return hasTrueCondition(next, what) !== hasTrueCondition(stored, what);
    return !semanticEqual(next.status?.[what], stored.status?.[what]);
  };
  return (...changes) => changes.some(isChanged);
}

const isConditionType = (what: string): what is ConditionType => /^[A-Z]/.test(what);

const refuseConditions = (errors: FieldError[], detail: string) =>
  errors.push(invalidWhole('status.conditions', detail));

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

/** A Job ends in one way. */
function checkEnd({ errors, next, has }: Write): void {
  if (!hasTrueCondition(next, 'Complete')) return;
  if (has('Complete', 'Failed') && hasTrueCondition(next, 'Failed'))
    refuseConditions(errors, 'cannot set Complete=True and Failed=true conditions');
  if (has('Complete', 'FailureTarget') && hasTrueCondition(next, 'FailureTarget'))
    refuseConditions(errors, 'cannot set Complete=True and FailureTarget=true conditions');
}

function checkTimes({ errors, next, has }: Write): void {
  const { startTime, completionTime } = next.status ?? {};
  const field = 'status.completionTime';
  const complete = hasTrueCondition(next, 'Complete');
  const isTold = has('Complete', 'completionTime');
  if (isTold && completionTime && !complete) {
    const detail = 'cannot set completionTime when there is no Complete=True condition';
    errors.push(invalidValue(field, completionTime, detail));
  }
  if (isTold && !completionTime && complete)
    errors.push(required(field, 'completionTime is required for Complete jobs'));
  if (!startTime || !completionTime || !has('startTime', 'completionTime')) return;
  if (Date.parse(completionTime) < Date.parse(startTime))
    errors.push(invalidValue(field, completionTime, 'must be equal to or after `startTime`'));
}

/** The end is announced before it comes. */
function checkGrounds({ errors, next, has }: Write): void {
  const isHeld = (type: string) => hasTrueCondition(next, type);
  if (has('Failed', 'failedIndexes') && isHeld('Failed') && !isHeld('FailureTarget')) {
    const detail = 'cannot set Failed=True condition without the FailureTarget=true condition';
    refuseConditions(errors, detail);
  }
  if (has('Complete', 'SuccessCriteriaMet') && isHeld('Complete') && !isHeld('SuccessCriteriaMet')) {
    const detail = 'cannot set Complete=True condition without the SuccessCriteriaMet=true condition';
    refuseConditions(errors, detail);
  }
}

/** Nothing of a finished Job is still on its way. */
function checkFinished({ errors, next, has }: Write): void {
  if (!isFinished(next)) return;
  const { spec, status = {} } = next;
  const { active = 0, uncountedTerminatedPods: uncounted } = status;
  const neverRan = spec?.suspend && spec.completions === 0;
  if (active > 0 && has('finished', 'active'))
    errors.push(invalidValue('status.active', active, 'active>0 is invalid for finished job'));
  if (!status.startTime && !neverRan && has('finished', 'startTime'))
    errors.push(required('status.startTime', 'startTime is required for finished job'));
  const isUncounted = uncounted?.succeeded?.length || uncounted?.failed?.length;
  if (isUncounted && has('finished', 'uncountedTerminatedPods')) {
    const detail = 'must be empty for finished job';
    errors.push(invalidValue('status.uncountedTerminatedPods', uncounted, detail));
  }
}

function checkIndexes({ errors, next: { spec, status = {} }, has }: Write): void {
  const { completedIndexes = '', failedIndexes } = status;
  const completions = spec?.completions;
  const hasLimit = spec?.backoffLimitPerIndex !== undefined;
  if (has('completedIndexes') && completions !== undefined)
    checkIndexList(errors, 'completedIndexes', completedIndexes, completions);
  if (has('failedIndexes') && completions !== undefined && hasLimit)
    checkIndexList(errors, 'failedIndexes', failedIndexes ?? '', completions);
  if (has('completedIndexes') && completedIndexes && spec?.completionMode !== 'Indexed') {
    const detail = 'cannot set non-empty completedIndexes when non-indexed completion mode';
    errors.push(invalidValue('status.completedIndexes', completedIndexes, detail));
  }
  if (failedIndexes === undefined || !has('failedIndexes', 'completedIndexes')) return;
  if (has('failedIndexes') && !hasLimit) {
    const detail = 'cannot set non-null failedIndexes when backoffLimitPerIndex is null';
    errors.push(invalidValue('status.failedIndexes', failedIndexes, detail));
  }
  const common = firstCommonIndex(completedIndexes, failedIndexes, completions ?? 0);
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

function checkPodsLeft({ errors, next, has }: Write): void {
  const { active = 0, ready = 0, terminating = 0 } = next.status ?? {};
  if (terminating > 0 && isFinished(next) && has('finished', 'terminating'))
    errors.push(invalidValue('status.terminating', terminating, 'terminating>0 is invalid for finished job'));
  if (ready > active && has('ready', 'active'))
    errors.push(invalidValue('status.ready', ready, 'cannot set more ready pods than active'));
}

/** Whatever the write changes. */
function checkSuccess({ errors, next }: Write): void {
  const isHeld = (type: string) => hasTrueCondition(next, type);
  if (isHeld('SuccessCriteriaMet')) {
    if (isHeld('Failed'))
      refuseConditions(errors, 'cannot set SuccessCriteriaMet=True and Failed=true conditions');
    if (isHeld('FailureTarget'))
      refuseConditions(errors, 'cannot set SuccessCriteriaMet=True and FailureTarget=true conditions');
  } else if (next.spec?.successPolicy && isHeld('Complete')) {
    const detail = 'cannot set Complete=True for Job with SuccessPolicy unless SuccessCriteriaMet=True';
    refuseConditions(errors, detail);
  }
}

/** What has been counted and concluded stands. */
function checkChange(write: Write): void {
  const { errors, next, stored } = write;
  const isLost = (type: string) => hasTrueCondition(stored, type) && !hasTrueCondition(next, type);
  for (const type of TERMINAL)
    if (isLost(type)) refuseConditions(errors, `cannot disable the terminal ${type}=True condition`);
  checkCountersGrow(errors, next, stored);
  checkTimesStand(errors, next, stored);
  if (isLost('SuccessCriteriaMet'))
    refuseConditions(errors, 'cannot disable the SuccessCriteriaMet=True condition');
  const isLate = hasTrueCondition(stored, 'Complete') && !hasTrueCondition(stored, 'SuccessCriteriaMet');
  if (isLate && hasTrueCondition(next, 'SuccessCriteriaMet')) {
    const detail = 'cannot set SuccessCriteriaMet=True for Job already has Complete=true conditions';
    refuseConditions(errors, detail);
  }
}

function checkCountersGrow(errors: FieldError[], next: Job, stored: Job): void {
  const { completionMode, completions, parallelism } = next.spec ?? {};
  // A Job of indexes may shrink, completions and parallelism together, and then has fewer successes.
  const mayShrink = completionMode === 'Indexed' && completions === parallelism;
  const counters = mayShrink ? (['failed'] as const) : (['failed', 'succeeded'] as const);
  for (const counter of counters) {
    const count = next.status?.[counter] ?? 0;
    if (count >= (stored.status?.[counter] ?? 0)) continue;
    errors.push(invalidValue(`status.${counter}`, count, `cannot decrease the ${counter} counter`));
  }
}

function checkTimesStand(errors: FieldError[], next: Job, stored: Job): void {
  const { startTime, completionTime } = next.status ?? {};
  const before = stored.status ?? {};
  if (completionTime && before.completionTime && completionTime !== before.completionTime)
    errors.push(invalidValue('status.completionTime', completionTime, 'field is immutable'));
  if (!before.startTime || before.startTime === startTime || next.spec?.suspend) return;
  if (isResuming(next, stored)) return;
  const detail = 'field is immutable for unsuspended job once set';
  errors.push(invalidValue('status.startTime', startTime, detail));
}

/** The write that tells that a suspended Job goes on also tells its new start (#134521). */
const isResuming = (next: Job, stored: Job): boolean =>
  hasTrueCondition(stored, 'Suspended') && conditionOf(next, 'Suspended')?.status === 'False';
