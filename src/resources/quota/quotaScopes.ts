import type {
  PodAffinityTerm,
  PodSpec,
  ResourceQuota,
  ScopedResourceSelectorRequirement,
} from '../../generated/types.ts';
import { qosClassOf } from '../pod/qosClass.ts';

/** Of which objects a quota speaks, by its scopes and its scope selector together. */
export const scopesOf = ({ spec }: ResourceQuota): readonly ScopedResourceSelectorRequirement[] => [
  ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: 'Exists' })),
  ...(spec?.scopeSelector?.matchExpressions ?? []),
];

/** Whether a pod is in all of these scopes. */
export const isInScopes = (spec: PodSpec, scopes: readonly ScopedResourceSelectorRequirement[]): boolean =>
  scopes.every((scope) => isInScope(spec, scope));

function isInScope(spec: PodSpec, requirement: ScopedResourceSelectorRequirement): boolean {
  switch (requirement.scopeName) {
    case 'Terminating':
      return isTimeLimited(spec);
    case 'NotTerminating':
      return !isTimeLimited(spec);
    case 'BestEffort':
      return qosClassOf(spec) === 'BestEffort';
    case 'NotBestEffort':
      return qosClassOf(spec) !== 'BestEffort';
    case 'PriorityClass':
      return isOfClass(spec.priorityClassName, requirement);
    case 'CrossNamespacePodAffinity':
      return affinityTerms(spec).some(isCrossNamespace);
    default:
      return false;
  }
}

const isTimeLimited = ({ activeDeadlineSeconds = -1 }: PodSpec): boolean => activeDeadlineSeconds >= 0;

function isOfClass(
  name: string | undefined,
  { operator, values = [] }: ScopedResourceSelectorRequirement,
): boolean {
  switch (operator) {
    case 'In':
      return Boolean(name) && values.includes(name!);
    case 'NotIn':
      return !name || !values.includes(name);
    case 'Exists':
      return Boolean(name);
    case 'DoesNotExist':
      return !name;
    default:
      return false;
  }
}

const affinityTerms = ({ affinity }: PodSpec): readonly PodAffinityTerm[] =>
  [affinity?.podAffinity, affinity?.podAntiAffinity].flatMap((side) => [
    ...(side?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(side?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((each) => each.podAffinityTerm),
  ]);

const isCrossNamespace = ({ namespaces, namespaceSelector }: PodAffinityTerm): boolean =>
  Boolean(namespaces?.length) || namespaceSelector !== undefined;
