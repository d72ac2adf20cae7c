import { notFound } from '../../apimachinery/errors.ts';
import { deepEqual } from '../../apimachinery/object.ts';
import type { ClusterRole, PolicyRule, RoleBinding } from '../../generated/types.ts';
import { ClusterRoleBindings, ClusterRoles, RoleBindings, Roles } from '../../resources/kinds.ts';
import type { ClusterAuthorizer } from '../authorization/authorizerChain.ts';
import { missingRules } from '../authorization/rbac/missingRules.ts';
import type { AdmissionPlugin, AdmissionRequest } from './admission.ts';
import { refuse } from './refuse.ts';

const EVERYTHING: readonly PolicyRule[] = [
  { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
  { nonResourceURLs: ['*'], verbs: ['*'] },
];

/**
 * Nobody gives others, or himself, more than he may do (upstream's rule of RBAC's storage), unless he has the verb `escalate` on the
 * role, or `bind` on the role that a binding gives.
 */
export const roleEscalation = (authorizer: () => ClusterAuthorizer): AdmissionPlugin => ({
  validate(request) {
    if (request.operation === 'DELETE') return;
    switch (request.resource.kind) {
      case Roles.kind:
      case ClusterRoles.kind:
        return checkRole(request, authorizer());
      case RoleBindings.kind:
      case ClusterRoleBindings.kind:
        return checkBinding(request, authorizer());
    }
  },
});

function checkRole(request: AdmissionRequest, authorizer: ClusterAuthorizer): void {
  const [next, stored] = [request.object as ClusterRole, request.stored as ClusterRole | undefined];
  const isSame =
    deepEqual(next.rules, stored?.rules) && deepEqual(next.aggregationRule, stored?.aggregationRule);
  if ((stored && isSame) || may(request, 'escalate', request.resource.plural, request.name, authorizer))
    return;
  const { user, namespace = '' } = request;
  if (next.aggregationRule && missingRules(user, EVERYTHING, '', authorizer).length > 0)
    throw refuse(request, 'must have cluster-admin privileges to use an aggregationRule');
  checkHeld(request, next.rules ?? [], namespace, authorizer);
}

function checkBinding(request: AdmissionRequest, authorizer: ClusterAuthorizer): void {
  const [next, stored] = [request.object as RoleBinding, request.stored as RoleBinding | undefined];
  const isSame = deepEqual(next.roleRef, stored?.roleRef) && deepEqual(next.subjects, stored?.subjects);
  const { kind, name } = next.roleRef;
  const plural = kind === ClusterRoles.kind ? ClusterRoles.plural : Roles.plural;
  if ((stored && isSame) || may(request, 'bind', plural, name, authorizer)) return;
  const { namespace = '' } = request;
  const rules = authorizer.rulesOfRole(next.roleRef, namespace);
  if (!rules) throw notFound({ group: Roles.group, plural: kind.toLowerCase() }, name);
  checkHeld(request, rules, namespace, authorizer);
}

function may(
  { user, namespace = '' }: AdmissionRequest,
  verb: string,
  plural: string,
  name = '',
  authorizer: ClusterAuthorizer,
): boolean {
  const resource = { group: Roles.group, plural, subresource: '', namespace, name };
  return authorizer.authorize(user, { verb, resource }).isAllowed;
}

function checkHeld(
  request: AdmissionRequest,
  rules: readonly PolicyRule[],
  namespace: string,
  authorizer: ClusterAuthorizer,
): void {
  const { name, groups } = request.user;
  const missing = missingRules(request.user, rules, namespace, authorizer);
  if (missing.length === 0) return;
  const who = `user ${JSON.stringify(name)} (groups=[${groups.map((group) => JSON.stringify(group)).join(' ')}])`;
  const what = `is attempting to grant RBAC permissions not currently held:\n${missing.join('\n')}`;
  throw refuse(request, `${who} ${what}`);
}
