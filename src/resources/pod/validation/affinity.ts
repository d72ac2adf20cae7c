import { type FieldError, invalidValue, required } from '../../../apimachinery/fieldErrors.ts';
import { dns1123Label, qualifiedName } from '../../../apimachinery/nameRules.ts';
import { validateLabelSelector } from '../../../apimachinery/validation.ts';
import type {
  Affinity,
  NodeAffinity,
  PodAffinity,
  PodAffinityTerm,
  PodAntiAffinity,
} from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';
import { checkLabelKeys } from './labelKeys.ts';
import { checkNodeSelector, checkNodeSelectorTerm } from './nodeSelectorTerms.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

export function checkAffinity(errors: FieldError[], field: string, affinity: Affinity | undefined): void {
  if (!affinity) return;
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) checkNodeAffinity(errors, `${field}.nodeAffinity`, nodeAffinity);
  if (podAffinity) checkPodAffinity(errors, `${field}.podAffinity`, podAffinity);
  if (podAntiAffinity) checkPodAffinity(errors, `${field}.podAntiAffinity`, podAntiAffinity);
}

function checkNodeAffinity(errors: FieldError[], field: string, affinity: NodeAffinity): void {
  const needed = affinity[REQUIRED];
  if (needed) checkNodeSelector(errors, `${field}.${REQUIRED}`, needed);
  for (const [index, { weight, preference }] of (affinity[PREFERRED] ?? []).entries()) {
    const path = `${field}.${PREFERRED}[${index}]`;
    checkWeight(errors, `${path}.weight`, weight);
    checkNodeSelectorTerm(errors, `${path}.preference`, preference ?? {}, false);
  }
}

function checkPodAffinity(
  errors: FieldError[],
  field: string,
  affinity: PodAffinity | PodAntiAffinity,
): void {
  for (const [index, term] of (affinity[REQUIRED] ?? []).entries()) {
    checkPodAffinityTerm(errors, `${field}.${REQUIRED}[${index}]`, term);
  }
  for (const [index, { weight, podAffinityTerm }] of (affinity[PREFERRED] ?? []).entries()) {
    const path = `${field}.${PREFERRED}[${index}]`;
    checkWeight(errors, `${path}.weight`, weight);
    checkPodAffinityTerm(errors, `${path}.podAffinityTerm`, podAffinityTerm);
  }
}

function checkWeight(errors: FieldError[], field: string, weight = 0): void {
  if (weight <= 0 || weight > 100) errors.push(invalidValue(field, weight, 'must be in the range 1-100'));
}

function checkPodAffinityTerm(errors: FieldError[], field: string, term: PodAffinityTerm | undefined): void {
  const { labelSelector, namespaceSelector, namespaces, topologyKey = '' } = term ?? {};
  errors.push(...validateLabelSelector(labelSelector, `${field}.labelSelector`));
  errors.push(...validateLabelSelector(namespaceSelector, `${field}.namespaceSelector`));
  for (const name of namespaces ?? []) checkNamed(errors, `${field}.namespace`, name, dns1123Label);
  if (term) checkLabelKeys(errors, field, term);
  if (!topologyKey) errors.push(required(`${field}.topologyKey`, 'can not be empty'));
  checkNamed(errors, `${field}.topologyKey`, topologyKey, qualifiedName);
}
