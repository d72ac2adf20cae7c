import type { PolicyRule, RoleRef } from '../../../generated/types.ts';
import type { Store } from '../../../store/store.ts';
import type { User } from '../../authentication/user.ts';
import type { Attributes, Authorizer, Decision } from '../authorizer.ts';
import { type Grant, Grants } from './grants.ts';
import { Roles } from './roles.ts';

/** What a user may do in one namespace, as far as it can be listed. */
export interface UserRules {
  readonly rules: readonly PolicyRule[];
  /** What stood in the way of knowing all: bindings to roles that do not exist, for one. */
  readonly errors: readonly string[];
}

/**
 * Role-based access control over the roles and bindings that are stored. A store's watch keeps everything in memory and by subject,
 * so that a decision looks only at what its user was given.
 */
export class RbacAuthorizer implements Authorizer {
  readonly #roles: Roles;
  readonly #grants: Grants;

  constructor(store: Store) {
    this.#roles = new Roles(store);
    this.#grants = new Grants(store);
  }

  authorize(user: User, attributes: Attributes): Decision {
    const missing = new Set<string>();
    for (const grant of this.#grantsOf(user, attributes.resource?.namespace ?? '')) {
      const rules = this.#roles.rulesOf(grant.roleRef, grant.namespace);
      if (!rules) missing.add(notFoundText(grant));
      else if (rules.some((rule) => rule.allows(attributes))) {
        return { isAllowed: true, reason: `RBAC: allowed by ${grant.description}` };
      }
    }
    return missing.size === 0 ? NO_OPINION : { isAllowed: false, reason: `RBAC: ${aggregate([...missing])}` };
  }

  /** Every rule that applies to a user in a namespace. */
  rulesFor(user: User, namespace: string): UserRules {
    const rules: PolicyRule[] = [];
    const errors = new Set<string>();
    for (const grant of this.#grantsOf(user, namespace)) {
      const compiled = this.#roles.rulesOf(grant.roleRef, grant.namespace);
      if (compiled) rules.push(...compiled.map(({ rule }) => rule));
      else errors.add(notFoundText(grant));
    }
    return { rules, errors: [...errors] };
  }

  /** What a role allows; undefined when there is no such role. `namespace` is that of the binding. */
  rulesOfRole(roleRef: RoleRef, namespace: string): readonly PolicyRule[] | undefined {
    return this.#roles.rulesOf(roleRef, namespace)?.map(({ rule }) => rule);
  }

  *#grantsOf(user: User, namespace: string): Iterable<Grant> {
    yield* this.#grants.of(user, '');
    if (namespace) yield* this.#grants.of(user, namespace);
  }
}

const NO_OPINION: Decision = { isAllowed: false };

/** As upstream names a kind here: in the singular. */
const notFoundText = ({ roleRef: { kind, name } }: Grant): string =>
  `${kind.toLowerCase()}.rbac.authorization.k8s.io ${JSON.stringify(name)} not found`;

const aggregate = (errors: readonly string[]): string =>
  errors.length === 1 ? errors[0]! : `[${errors.join(', ')}]`;
