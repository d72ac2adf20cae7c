import { labelValue } from '../../apimachinery/nameRules.ts';
import type { NodeSelectorTerm, PodSpec } from '../../generated/types.ts';

const DEPRECATED_LABELS: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};
const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Of a selector that is missing, as that of a topology spread constraint. */
export const NO_MATCH = 'a null labelSelector results in matching no pod';

/** What a pod chooses its node by: labels that have newer names, values that no label has, and constraints that choose nothing. */
export function* nodeLabelWarnings(spec: PodSpec, field: string): Generator<string> {
  for (const key in spec.nodeSelector) {
    const problem = deprecation(key);
    if (problem) yield `${field}.nodeSelector[${key}]: ${problem}`;
  }
  const { [REQUIRED]: required, [PREFERRED]: preferred = [] } = spec.affinity?.nodeAffinity ?? {};
  const affinity = `${field}.affinity.nodeAffinity`;
  for (const [index, term] of (required?.nodeSelectorTerms ?? []).entries()) {
    yield* termWarnings(term, `${affinity}.${REQUIRED}.nodeSelectorTerms[${index}]`);
  }
  for (const [index, { preference }] of preferred.entries()) {
    yield* termWarnings(preference, `${affinity}.${PREFERRED}[${index}].preference`, true);
  }
  for (const [index, { topologyKey, labelSelector }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const constraint = `${field}.topologySpreadConstraints[${index}]`;
    const problem = deprecation(topologyKey);
    if (problem) yield `${constraint}.topologyKey: ${topologyKey} is ${problem}`;
    if (!labelSelector) yield `${constraint}.labelSelector: ${NO_MATCH}`;
  }
}

/** Values of a preference are not validated; those of a requirement are. */
function* termWarnings(
  term: NodeSelectorTerm | undefined,
  field: string,
  isPreference = false,
): Generator<string> {
  for (const [index, { key, values }] of (term?.matchExpressions ?? []).entries()) {
    const expression = `${field}.matchExpressions[${index}]`;
    const problem = deprecation(key);
    if (problem) yield `${expression}.key: ${key} is ${problem}`;
    if (!isPreference) continue;
    for (const [at, value] of (values ?? []).entries())
      for (const detail of labelValue(value))
        yield `${expression}.values[${at}]: ${value} is invalid, ${detail}`;
  }
}

const deprecation = (label: string): string | undefined =>
  Object.hasOwn(DEPRECATED_LABELS, label) ? DEPRECATED_LABELS[label] : undefined;
