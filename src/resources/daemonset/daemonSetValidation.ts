import { type FieldError, invalidValue, notSupported, required } from '../../apimachinery/fieldErrors.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type {
  DaemonSet,
  DaemonSetSpec,
  DaemonSetUpdateStrategy,
  RollingUpdateDaemonSet,
} from '../../generated/types.ts';
import {
  checkAtMost100Percent,
  checkImmutable,
  checkIntOrPercent,
  checkNonNegative,
  checkNotDecremented,
  intOrPercentNumber,
} from '../checks.ts';
import { shownStrategy } from '../internalForm.ts';
import {
  checkLastingTemplate,
  checkSelectsTemplate,
  compiledSelector,
  isEmptySelector,
} from '../podtemplate/templateValidation.ts';

const COUNTERS = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

/** What is wrong with a DaemonSet (`ValidateDaemonSet`). */
export function validateDaemonSet({ spec }: DaemonSet): FieldError[] {
  const errors: FieldError[] = [];
  checkSelector(errors, spec);
  checkLastingTemplate(errors, 'spec.template', spec.template, 'DaemonSet');
  checkNonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  checkStrategy(errors, 'spec.updateStrategy', spec.updateStrategy ?? {});
  checkNonNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  return errors;
}

/** Its pods are known by the selector, which therefore stays. */
export function validateDaemonSetUpdate(next: DaemonSet, stored: DaemonSet): FieldError[] {
  const errors = validateDaemonSet(next);
  checkImmutable(errors, 'spec.selector', next.spec.selector, stored.spec.selector);
  return errors;
}

export function validateDaemonSetStatusUpdate(next: DaemonSet, stored: DaemonSet): FieldError[] {
  const errors: FieldError[] = [];
  for (const counter of COUNTERS) checkNonNegative(errors, `status.${counter}`, next.status?.[counter]);
  const field = 'status.collisionCount';
  checkNotDecremented(errors, field, next.status?.collisionCount, stored.status?.collisionCount);
  return errors;
}

function checkSelector(errors: FieldError[], { selector, template }: DaemonSetSpec): void {
  errors.push(...validateLabelSelector(selector, 'spec.selector'));
  checkSelectsTemplate(errors, 'spec.template', compiledSelector(selector), template);
  if (selector && isEmptySelector(selector)) {
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for daemonset'));
  }
}

function checkStrategy(errors: FieldError[], field: string, strategy: DaemonSetUpdateStrategy): void {
  if (strategy.type === 'OnDelete') return;
  if (strategy.type !== 'RollingUpdate')
    errors.push(notSupported(field, shownStrategy(strategy), ['RollingUpdate', 'OnDelete']));
  else if (!strategy.rollingUpdate) errors.push(required(`${field}.rollingUpdate`));
  else checkRollingUpdate(errors, `${field}.rollingUpdate`, strategy.rollingUpdate);
}

/** Exactly one of the two makes progress: either a pod goes first or the new one comes first (KEP-1591). */
function checkRollingUpdate(
  errors: FieldError[],
  field: string,
  { maxUnavailable = 0, maxSurge = 0 }: RollingUpdateDaemonSet,
): void {
  checkIntOrPercent(errors, `${field}.maxUnavailable`, maxUnavailable);
  checkIntOrPercent(errors, `${field}.maxSurge`, maxSurge);
  checkAtMost100Percent(errors, `${field}.maxUnavailable`, maxUnavailable);
  checkAtMost100Percent(errors, `${field}.maxSurge`, maxSurge);
  const hasUnavailable = intOrPercentNumber(maxUnavailable) !== 0;
  const hasSurge = intOrPercentNumber(maxSurge) !== 0;
  if (hasUnavailable && hasSurge) {
    const detail = 'may not be set when maxUnavailable is non-zero';
    errors.push(invalidValue(`${field}.maxSurge`, maxSurge, detail));
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(`${field}.maxUnavailable`, 'cannot be 0 when maxSurge is 0'));
  }
}
