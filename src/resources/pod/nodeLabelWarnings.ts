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

/** Labels of nodes that have newer names, wherever a pod chooses its node by them. */
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
    yield* termWarnings(preference, `${affinity}.${PREFERRED}[${index}].preference`);
  }
  for (const [index, { topologyKey }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const problem = deprecation(topologyKey);
    if (problem)
      yield `${field}.topologySpreadConstraints[${index}].topologyKey: ${topologyKey} is ${problem}`;
  }
}

function* termWarnings(term: NodeSelectorTerm | undefined, field: string): Generator<string> {
  for (const [index, { key }] of (term?.matchExpressions ?? []).entries()) {
    const problem = deprecation(key);
    if (problem) yield `${field}.matchExpressions[${index}].key: ${key} is ${problem}`;
  }
}

const deprecation = (label: string): string | undefined =>
  Object.hasOwn(DEPRECATED_LABELS, label) ? DEPRECATED_LABELS[label] : undefined;
