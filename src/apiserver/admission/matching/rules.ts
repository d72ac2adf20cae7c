import type { NamedRuleWithOperations } from '../../../generated/types.ts';
import type { AdmissionRequest } from '../admission.ts';
import { type AdmittedType, equivalentTypes, isSameType, requestedType } from './admittedType.ts';
import { isNamespace, namespaceOf } from './namespaceOf.ts';

/** A rule of a webhook, or of a policy, which may also name objects. */
export type MatchRule = NamedRuleWithOperations;

/**
 * In which version of the API the rules take the request; undefined when they do not. The version that the client speaks goes before its
 * equivalents, and these are asked only under `Equivalent`; among them, the first rule decides.
 */
export function matchRules(
  rules: readonly MatchRule[],
  matchPolicy: string | undefined,
  request: AdmissionRequest,
): AdmittedType | undefined {
  const requested = requestedType(request);
  if (rules.some((rule) => matchesRule(rule, requested, request))) return requested;
  if (matchPolicy !== 'Equivalent') return undefined;
  const others = equivalentTypes(request).filter((type) => !isSameType(type, requested));
  for (const rule of rules) {
    const equivalent = others.find((type) => matchesRule(rule, type, request));
    if (equivalent) return equivalent;
  }
  return undefined;
}

const matchesRule = (rule: MatchRule, { resource }: AdmittedType, request: AdmissionRequest): boolean =>
  includes(rule.operations, request.operation) &&
  includes(rule.apiGroups, resource.group) &&
  includes(rule.apiVersions, resource.version) &&
  matchesResource(rule.resources, resource.resource, request.subresource ?? '') &&
  matchesScope(rule.scope, request) &&
  matchesName(rule.resourceNames, request.name);

const includes = (wanted: readonly string[] = [], value: string): boolean =>
  wanted.some((each) => each === '*' || each === value);

/** `pods`, `pods/status`, `pods/*`, `*` (no subresource), `*` and a subresource, or all: `*` and `*`. */
const matchesResource = (wanted: readonly string[] = [], plural: string, subresource: string): boolean =>
  wanted.some((each) => {
    const [resource, sub = ''] = each.split('/', 2);
    return (resource === '*' || resource === plural) && (sub === '*' || sub === subresource);
  });

/** A namespace itself belongs to the cluster. */
function matchesScope(scope: string | undefined, request: AdmissionRequest): boolean {
  if (scope === undefined || scope === '*') return true;
  const isNamespaced = !isNamespace(request) && namespaceOf(request) !== undefined;
  return scope === (isNamespaced ? 'Namespaced' : 'Cluster');
}

const matchesName = (wanted: readonly string[] = [], name = ''): boolean =>
  wanted.length === 0 || wanted.includes(name);
