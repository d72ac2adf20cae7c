import { type FieldError, forbiddenField, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type { StatefulSet, StatefulSetSpec, StatefulSetUpdateStrategy } from '../../generated/types.ts';
import { checkAtMost100Percent, checkIntOrPercent, checkNonNegative, intOrPercentNumber } from '../checks.ts';
import { checkCounters, checkReplicas } from '../podtemplate/replicasValidation.ts';
import {
  checkLastingTemplate,
  checkSelectsTemplate,
  isEmptySelector,
} from '../podtemplate/templateValidation.ts';
import { semanticEqual } from '../semanticEqual.ts';

/** `ValidateStatefulSet` */
export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  checkManagementPolicy(errors, spec!.podManagementPolicy);
  checkUpdateStrategy(errors, 'spec.updateStrategy', spec!.updateStrategy ?? {});
  checkRetentionPolicy(errors, spec!);
  checkReplicas(errors, spec!);
  checkNonNegative(errors, 'spec.ordinals.start', spec!.ordinals?.start);
  checkNonNegative(errors, 'spec.revisionHistoryLimit', spec!.revisionHistoryLimit);
  checkSelector(errors, spec!);
  checkLastingTemplate(errors, 'spec.template', spec!.template, 'StatefulSet');
  return errors;
}

function checkManagementPolicy(errors: FieldError[], policy: string | undefined): void {
  if (!policy) errors.push(required('spec.podManagementPolicy'));
  else if (policy !== 'OrderedReady' && policy !== 'Parallel') {
    const detail = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalidValue('spec.podManagementPolicy', policy, detail));
  }
}

function checkUpdateStrategy(
  errors: FieldError[],
  field: string,
  { type, rollingUpdate }: StatefulSetUpdateStrategy,
): void {
  if (!type) errors.push(required(field));
  else if (type === 'OnDelete') {
    if (!rollingUpdate) return;
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    errors.push(invalidValue(`${field}.rollingUpdate`, rollingUpdate, detail));
  } else if (type !== 'RollingUpdate') {
    errors.push(invalidValue(field, { type, rollingUpdate }, "must be 'RollingUpdate' or 'OnDelete'"));
  } else {
    checkNonNegative(errors, `${field}.rollingUpdate.partition`, rollingUpdate?.partition);
    const { maxUnavailable } = rollingUpdate ?? {};
    if (maxUnavailable === undefined) return;
    const path = `${field}.rollingUpdate.maxUnavailable`;
    checkIntOrPercent(errors, path, maxUnavailable);
    if (intOrPercentNumber(maxUnavailable) === 0)
      errors.push(invalidValue(path, maxUnavailable, 'cannot be 0'));
    checkAtMost100Percent(errors, path, maxUnavailable);
  }
}

function checkRetentionPolicy(errors: FieldError[], spec: StatefulSetSpec): void {
  const policy = spec.persistentVolumeClaimRetentionPolicy;
  if (!policy) return;
  for (const name of ['whenDeleted', 'whenScaled'] as const) {
    const value = policy[name];
    if (value === 'Retain' || value === 'Delete') continue;
    const field = `spec.persistentVolumeClaimRetentionPolicy.${name}`;
    errors.push(invalidValue(field, value, 'supported values: "Delete", "Retain"'));
  }
}

function checkSelector(errors: FieldError[], { selector, template }: StatefulSetSpec): void {
  if (!selector) errors.push(required('spec.selector'));
  else {
    errors.push(...validateLabelSelector(selector, 'spec.selector'));
    if (isEmptySelector(selector)) {
      errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for statefulset'));
    }
  }
  checkSelectsTemplate(errors, 'spec.template', selector, template);
}

/** What may change of a StatefulSet: what its pods are, how many, and how they follow. */
const MUTABLE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;

/** `ValidateStatefulSetUpdate` */
export function validateStatefulSetUpdate(next: StatefulSet, stored: StatefulSet): FieldError[] {
  const errors = validateStatefulSet(next);
  const fixed = ({ spec }: StatefulSet) => {
    const rest: Record<string, unknown> = { ...spec };
    for (const name of MUTABLE) delete rest[name];
    return rest;
  };
  if (semanticEqual(fixed(next), fixed(stored))) return errors;
  const names = MUTABLE.slice(0, -1).map((name) => `'${name}'`);
  const detail = `updates to statefulset spec for fields other than ${names.join(', ')} and 'minReadySeconds' are forbidden`;
  return [...errors, forbiddenField('spec', detail)];
}

export function validateStatefulSetStatusUpdate({ status }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const { conditions: _, currentRevision: __, updateRevision: ___, ...counters } = status ?? { replicas: 0 };
  checkCounters(errors, counters, [
    'readyReplicas',
    'currentReplicas',
    'updatedReplicas',
    'availableReplicas',
  ]);
  return errors;
}
