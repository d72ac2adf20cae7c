import type { MatchResources } from '../../../generated/types.ts';
import type { AdmissionRequest } from '../admission.ts';
import { type AdmittedType, requestedType } from '../matching/admittedType.ts';
import { matchRules } from '../matching/rules.ts';
import {
  type FindNamespace,
  matchesNamespaceSelector,
  matchesObjectSelector,
} from '../matching/selectors.ts';

/**
 * In which version of the API a policy or a binding takes the request; undefined when it does not. A binding that names no resources takes
 * those of its policy. Throws 404 when all else matches and the namespace is missing.
 */
export function matchResources(
  { resourceRules = [], excludeResourceRules = [], ...rest }: MatchResources,
  request: AdmissionRequest,
  find: FindNamespace,
): AdmittedType | undefined {
  const { matchPolicy, objectSelector, namespaceSelector } = rest;
  const type =
    resourceRules.length > 0 ? matchRules(resourceRules, matchPolicy, request) : requestedType(request);
  if (!type || matchRules(excludeResourceRules, matchPolicy, request)) return undefined;
  if (!matchesObjectSelector(objectSelector, request)) return undefined;
  return matchesNamespaceSelector(namespaceSelector, request, find) ? type : undefined;
}
