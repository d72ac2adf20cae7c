import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notSupported,
  required,
} from '../../apimachinery/fieldErrors.ts';
import { dns1123Label } from '../../apimachinery/nameRules.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type {
  PodTemplateSpec,
  StatefulSet,
  StatefulSetPersistentVolumeClaimRetentionPolicy,
  StatefulSetSpec,
  StatefulSetUpdateStrategy,
} from '../../generated/types.ts';
import {
  checkAtMost100Percent,
  checkIntOrPercent,
  checkNamedIfSet,
  checkNonNegative,
  checkNotDecremented,
  intOrPercentNumber,
} from '../checks.ts';
import { shownStatefulStrategy, shownStatefulUpdate } from '../internalForm.ts';
import {
  checkPodTemplate,
  checkSelectsTemplate,
  compiledSelector,
  isEmptySelector,
} from '../podtemplate/templateValidation.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { checkVolumeClaimTemplates } from './volumeClaimTemplates.ts';

const POLICIES = ['OrderedReady', 'Parallel'];
const RETENTION = ['Retain', 'Delete'];
const MAY_CHANGE = [
  'replicas',
  'ordinals',
  'template',
  'updateStrategy',
  'revisionHistoryLimit',
  'persistentVolumeClaimRetentionPolicy',
  'minReadySeconds',
] as const;
const FORBIDDEN_CHANGE =
  "updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden";

/** What is wrong with a new StatefulSet (`ValidateStatefulSet`). */
export function validateStatefulSet({ spec }: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  checkSpec(errors, spec!);
  checkNamedIfSet(errors, 'spec.serviceName', spec!.serviceName, dns1123Label);
  return errors;
}

/** What pods and their names depend on stays. A service's name that was wrong before the rule came does too. */
export function validateStatefulSetUpdate(next: StatefulSet, stored: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  checkSpec(errors, next.spec!);
  const kept = Object.fromEntries(MAY_CHANGE.map((field) => [field, stored.spec![field]]));
  if (!semanticEqual({ ...next.spec!, ...kept }, stored.spec!))
    errors.push(forbiddenField('spec', FORBIDDEN_CHANGE));
  return errors;
}

export function validateStatefulSetStatusUpdate(next: StatefulSet, stored: StatefulSet): FieldError[] {
  const errors: FieldError[] = [];
  const status = next.status ?? { replicas: 0 };
  const counters = ['replicas', 'readyReplicas', 'currentReplicas', 'updatedReplicas'] as const;
  for (const name of [...counters, 'availableReplicas', 'observedGeneration', 'collisionCount'] as const) {
    checkNonNegative(errors, `status.${name}`, status[name]);
  }
  for (const name of [...counters.slice(1), 'availableReplicas'] as const) {
    const count = (status as unknown as Record<string, number | undefined>)[name] ?? 0;
    if (count > status.replicas)
      errors.push(invalidValue(`status.${name}`, count, 'cannot be greater than status.replicas'));
  }
  const { availableReplicas = 0, readyReplicas = 0, collisionCount } = status;
  if (availableReplicas > readyReplicas) {
    const detail = 'cannot be greater than status.readyReplicas';
    errors.push(invalidValue('status.availableReplicas', availableReplicas, detail));
  }
  checkNotDecremented(errors, 'status.collisionCount', collisionCount, stored.status?.collisionCount);
  return errors;
}

function checkSpec(errors: FieldError[], spec: StatefulSetSpec): void {
  const { podManagementPolicy = '' } = spec;
  if (!podManagementPolicy) errors.push(required('spec.podManagementPolicy'));
  else if (!POLICIES.includes(podManagementPolicy)) {
    const detail = "must be 'OrderedReady' or 'Parallel'";
    errors.push(invalidValue('spec.podManagementPolicy', podManagementPolicy, detail));
  }
  checkStrategy(errors, 'spec.updateStrategy', spec.updateStrategy ?? {});
  checkRetention(errors, spec.persistentVolumeClaimRetentionPolicy);
  checkNonNegative(errors, 'spec.replicas', spec.replicas);
  checkNonNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  checkNonNegative(errors, 'spec.ordinals.start', spec.ordinals?.start);
  checkVolumeClaimTemplates(errors, 'spec.volumeClaimTemplates', spec.volumeClaimTemplates);
  checkSelector(errors, spec);
  checkTemplate(errors, 'spec.template', spec);
}

function checkStrategy(errors: FieldError[], field: string, strategy: StatefulSetUpdateStrategy): void {
  const { type, rollingUpdate } = strategy;
  if (!type) errors.push(required(field));
  else if (type === 'OnDelete') {
    if (!rollingUpdate) return;
    const detail = "only allowed for updateStrategy 'RollingUpdate'";
    errors.push(invalidValue(`${field}.rollingUpdate`, shownStatefulUpdate(rollingUpdate), detail));
  } else if (type !== 'RollingUpdate') {
    errors.push(
      invalidValue(field, shownStatefulStrategy(strategy), "must be 'RollingUpdate' or 'OnDelete'"),
    );
  } else if (rollingUpdate) {
    const { partition, maxUnavailable } = rollingUpdate;
    checkNonNegative(errors, `${field}.rollingUpdate.partition`, partition);
    if (maxUnavailable === undefined) return;
    const path = `${field}.rollingUpdate.maxUnavailable`;
    checkIntOrPercent(errors, path, maxUnavailable);
    if (intOrPercentNumber(maxUnavailable) === 0)
      errors.push(invalidValue(path, maxUnavailable, 'cannot be 0'));
    checkAtMost100Percent(errors, path, maxUnavailable);
  }
}

function checkRetention(
  errors: FieldError[],
  policy: StatefulSetPersistentVolumeClaimRetentionPolicy = {},
): void {
  for (const name of ['whenDeleted', 'whenScaled'] as const) {
    const value = policy[name] ?? 'Retain';
    if (!RETENTION.includes(value))
      errors.push(notSupported(`spec.persistentVolumeClaimRetentionPolicy.${name}`, value, RETENTION));
  }
}

function checkSelector(errors: FieldError[], { selector }: StatefulSetSpec): void {
  if (!selector) {
    errors.push(required('spec.selector'));
    return;
  }
  errors.push(...validateLabelSelector(selector, 'spec.selector'));
  if (isEmptySelector(selector))
    errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for statefulset'));
}

function checkTemplate(errors: FieldError[], field: string, spec: StatefulSetSpec): void {
  const compiled = compiledSelector(spec.selector);
  if (compiled) checkSelectsTemplate(errors, field, compiled, spec.template);
  else errors.push(invalidValue('spec.selector', spec.selector, ''));
  checkPodTemplate(errors, field, withClaims(spec));
  const { restartPolicy, activeDeadlineSeconds } = spec.template.spec;
  if (restartPolicy !== 'Always')
    errors.push(notSupported(`${field}.spec.restartPolicy`, restartPolicy, ['Always']));
  if (activeDeadlineSeconds === undefined) return;
  const detail = 'activeDeadlineSeconds in StatefulSet is not Supported';
  errors.push(forbiddenField(`${field}.spec.activeDeadlineSeconds`, detail));
}

/** Mounts may name claims: they take the place of the template's own volumes of the same name. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  if (volumeClaimTemplates.length === 0) return template;
  const names = new Set(volumeClaimTemplates.map(({ metadata }) => metadata?.name ?? ''));
  const others = (template.spec.volumes ?? []).filter(({ name }) => !names.has(name));
  const claimed = [...names].map((name) => ({ name, persistentVolumeClaim: { claimName: name } }));
  return { ...template, spec: { ...template.spec, volumes: [...others, ...claimed] } };
}
