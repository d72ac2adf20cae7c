import { type FieldError, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type { DeploymentSpec, ReplicaSetSpec } from '../../generated/types.ts';
import { checkNonNegative } from '../checks.ts';
import {
  checkLastingTemplate,
  checkSelectsTemplate,
  compiledSelector,
  isEmptySelector,
} from './templateValidation.ts';

/** What all kinds that keep a number of pods have in common. */
export function checkReplicas(
  errors: FieldError[],
  { replicas, minReadySeconds }: Pick<ReplicaSetSpec, 'replicas' | 'minReadySeconds'>,
): void {
  checkNonNegative(errors, 'spec.replicas', replicas);
  checkNonNegative(errors, 'spec.minReadySeconds', minReadySeconds);
}

/** The selector must be there, say something, and select the template's pods. */
export function checkSelectedTemplate(errors: FieldError[], spec: ReplicaSetSpec | DeploymentSpec): void {
  const { selector, template } = spec;
  if (!selector) errors.push(required('spec.selector'));
  else {
    errors.push(...validateLabelSelector(selector, 'spec.selector'));
    // Upstream says "deployment" of ReplicaSets too.
    if (isEmptySelector(selector)) {
      errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
    }
  }
  const compiled = compiledSelector(selector);
  if (!compiled) {
    errors.push(invalidValue('spec.selector', selector, 'invalid label selector'));
    return;
  }
  checkSelectsTemplate(errors, 'spec.template', compiled, template!);
  checkLastingTemplate(errors, 'spec.template', template!, 'ReplicaSet');
}

type Counters = Readonly<Record<string, number | undefined>>;

/** The counters of a status: none is negative, and none of the parts exceeds the whole. */
export function checkCounters(errors: FieldError[], counters: Counters, parts: readonly string[]): void {
  for (const name in counters) checkNonNegative(errors, `status.${name}`, counters[name]);
  const { replicas = 0, readyReplicas = 0, availableReplicas = 0 } = counters;
  for (const part of parts) {
    const count = counters[part] ?? 0;
    if (count > replicas) {
      errors.push(invalidValue(`status.${part}`, count, 'cannot be greater than status.replicas'));
    }
  }
  if (availableReplicas > readyReplicas) {
    const detail = 'cannot be greater than readyReplicas';
    errors.push(invalidValue('status.availableReplicas', availableReplicas, detail));
  }
}
