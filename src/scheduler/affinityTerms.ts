import { type Labels, labelSelectorOf, type Selector } from '../apimachinery/labels.ts';
import type { LabelSelector, Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '../generated/types.ts';

/** Which pods a term of pod (anti-)affinity means, and over which domains of the cluster. */
export interface AffinityTerm {
  readonly topologyKey: string;
  /** How much a preferred term counts; 1 for a required one. */
  readonly weight: number;
  readonly namespaces: ReadonlySet<string>;
  readonly namespaceSelector: Selector;
  readonly selector: Selector;
}

/** A pod's pod affinity, compiled. */
export interface PodAffinity {
  readonly required: readonly AffinityTerm[];
  readonly requiredAnti: readonly AffinityTerm[];
  readonly preferred: readonly AffinityTerm[];
  readonly preferredAnti: readonly AffinityTerm[];
}

const NONE: PodAffinity = { required: [], requiredAnti: [], preferred: [], preferredAnti: [] };

export function podAffinityOf(pod: Pod): PodAffinity {
  const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
  if (!podAffinity && !podAntiAffinity) return NONE;
  const required = (term: PodAffinityTerm) => compile(term, pod, 1);
  const preferred = ({ podAffinityTerm, weight }: WeightedPodAffinityTerm) =>
    compile(podAffinityTerm, pod, weight);
  return {
    required: podAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.map(required) ?? [],
    requiredAnti: podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.map(required) ?? [],
    preferred: podAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.map(preferred) ?? [],
    preferredAnti: podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution?.map(preferred) ?? [],
  };
}

function compile(term: PodAffinityTerm, pod: Pod, weight: number): AffinityTerm {
  const { namespaces = [], namespaceSelector, labelSelector, matchLabelKeys, mismatchLabelKeys } = term;
  const isOwnNamespace = namespaces.length === 0 && namespaceSelector === undefined;
  return {
    topologyKey: term.topologyKey,
    weight,
    namespaces: new Set(isOwnNamespace ? [pod.metadata.namespace ?? ''] : namespaces),
    namespaceSelector: labelSelectorOf(namespaceSelector),
    selector: selectorWithKeys(labelSelector, pod, matchLabelKeys, mismatchLabelKeys),
  };
}

/** A selector that also asks for the pod's own values of some labels, or for other values than its own (KEP-3243, KEP-3633). */
export function selectorWithKeys(
  selector: LabelSelector | undefined,
  pod: Pod,
  matchLabelKeys: readonly string[] = [],
  mismatchLabelKeys: readonly string[] = [],
): Selector {
  const labels: Labels = pod.metadata.labels ?? {};
  const own = (operator: string) => (key: string) => ({ key, operator, values: [labels[key]!] });
  const isSet = (key: string) => labels[key] !== undefined;
  const added = [
    ...matchLabelKeys.filter(isSet).map(own('In')),
    ...mismatchLabelKeys.filter(isSet).map(own('NotIn')),
  ];
  if (!selector || added.length === 0) return labelSelectorOf(selector);
  return labelSelectorOf({
    ...selector,
    matchExpressions: [...(selector.matchExpressions ?? []), ...added],
  });
}

/** Whether a term means this pod. `namespaceLabels` are those of the pod's namespace. */
export function termMatches(
  { namespaces, namespaceSelector, selector }: AffinityTerm,
  { metadata }: Pod,
  namespaceLabels: (namespace: string) => Labels | undefined,
): boolean {
  const namespace = metadata.namespace ?? '';
  if (!namespaces.has(namespace) && !namespaceSelector.matches(namespaceLabels(namespace) ?? {}))
    return false;
  return selector.matches(metadata.labels);
}
