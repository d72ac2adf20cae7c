import type { PolicyRule, RoleRef } from '../../generated/types.ts';
import type { User } from '../authentication/user.ts';
import type { Registry } from '../registry/registry.ts';
import { type Authorizer, anyOf, DENIED } from './authorizer.ts';
import { mastersAuthorizer } from './masters.ts';
import { NodeAuthorizer } from './node/nodeAuthorizer.ts';
import { nodeNameOf } from './node/nodeUser.ts';
import { RbacAuthorizer, type UserRules } from './rbac/rbac.ts';

/** The authorizer of a cluster, which can also list what somebody may do. */
export interface ClusterAuthorizer extends Authorizer {
  /** Every known rule for a user in a namespace. */
  rulesFor(user: User, namespace: string): UserRules;
  /** What a role allows; undefined when there is no such role. */
  rulesOfRole(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined;
}

/** Upstream's order: system:masters may do anything, some paths are open to all, then nodes, then roles. */
export function createAuthorizer({ parts: { store } }: Registry): ClusterAuthorizer {
  const rbac = new RbacAuthorizer(store);
  const chain = anyOf([mastersAuthorizer, openPaths, new NodeAuthorizer(store), rbac]);
  return {
    authorize: (user, attributes) => chain.authorize(user, attributes),
    rulesOfRole: (roleRef, namespace) => rbac.rulesOfRole(roleRef, namespace),
    rulesFor(user, namespace) {
      const { rules, errors } = rbac.rulesFor(user, namespace);
      return nodeNameOf(user) === undefined ? { rules, errors } : { rules, errors: [NODES, ...errors] };
    },
  };
}

const NODES = 'node authorizer does not support user rule resolution';

const OPEN_PATHS: ReadonlySet<string | undefined> = new Set([
  '/healthz',
  '/livez',
  '/readyz',
  '/version',
  '/version/',
]);

const openPaths: Authorizer = {
  authorize: (_user, { path, resource }) =>
    !resource && OPEN_PATHS.has(path) ? { isAllowed: true } : DENIED,
};
