import type { LabelSelector } from '../../../generated/types.ts';
import type { AdmissionRequest } from '../admission.ts';
import type { AdmittedType } from './admittedType.ts';
import { type MatchRule, matchRules } from './rules.ts';
import { type FindNamespace, matchesNamespaceSelector, matchesObjectSelector } from './selectors.ts';

/** Which requests a webhook wants to see; of a policy's `matchConstraints`, what both have. */
export interface MatchCriteria {
  readonly rules?: readonly MatchRule[] | undefined;
  /** `Exact` or `Equivalent`. */
  readonly matchPolicy?: string | undefined;
  readonly namespaceSelector?: LabelSelector | undefined;
  readonly objectSelector?: LabelSelector | undefined;
}

/**
 * In which version of the API the request is wanted; undefined when it is not. Throws 404 when all else matches and the namespace is
 * missing.
 */
export function matchRequest(
  { rules = [], matchPolicy, namespaceSelector, objectSelector }: MatchCriteria,
  request: AdmissionRequest,
  find: FindNamespace,
): AdmittedType | undefined {
  // The cheapest first: most webhooks are about few kinds.
  const type = matchRules(rules, matchPolicy, request);
  if (!type || !matchesObjectSelector(objectSelector, request)) return undefined;
  return matchesNamespaceSelector(namespaceSelector, request, find) ? type : undefined;
}
