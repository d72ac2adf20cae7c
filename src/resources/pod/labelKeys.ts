import type {
  LabelSelector,
  Pod,
  PodAffinity,
  PodAffinityTerm,
  PodAntiAffinity,
} from '../../generated/types.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';

/** Writes into the selectors of a new pod what their keys of labels stand for: the pod's own values (KEP-3633, KEP-3243). */
export function mergeLabelKeys({ metadata, spec }: Pod): void {
  const { labels = {} } = metadata;
  for (const { labelSelector, matchLabelKeys } of spec.topologySpreadConstraints ?? []) {
    merge(labelSelector, matchLabelKeys, 'In', labels);
  }
  mergeAffinity(spec.affinity?.podAffinity, labels);
  mergeAffinity(spec.affinity?.podAntiAffinity, labels);
}

type Labels = Readonly<Record<string, string>>;

function mergeAffinity(affinity: PodAffinity | PodAntiAffinity | undefined, labels: Labels): void {
  if (!affinity) return;
  for (const term of affinity[REQUIRED] ?? []) mergeTerm(term, labels);
  for (const { podAffinityTerm } of affinity[PREFERRED] ?? []) mergeTerm(podAffinityTerm, labels);
}

function mergeTerm(term: PodAffinityTerm | undefined, labels: Labels): void {
  merge(term?.labelSelector, term?.matchLabelKeys, 'In', labels);
  merge(term?.labelSelector, term?.mismatchLabelKeys, 'NotIn', labels);
}

/** Without a selector nothing is selected, more narrowly or not. */
function merge(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: 'In' | 'NotIn',
  labels: Labels,
): void {
  if (!selector || !keys) return;
  const known = keys.filter((key) => Object.hasOwn(labels, key));
  if (known.length === 0) return;
  const added = known.map((key) => ({ key, operator, values: [labels[key]!] }));
  selector.matchExpressions = [...(selector.matchExpressions ?? []), ...added];
}
