import { labelSelectorOf } from '../../../apimachinery/labels.ts';
import { nameOf } from '../../../apimachinery/object.ts';
import type { ClusterRole, Role, RoleRef } from '../../../generated/types.ts';
import { ClusterRoles, Roles as NamespacedRoles } from '../../../resources/kinds.ts';
import type { Store } from '../../../store/store.ts';
import { storageKey } from '../../registry/target.ts';
import { follow } from '../followCollection.ts';
import { CompiledRule } from './compiledRule.ts';

/** Every role's rules, by reference. They are compiled when first asked for, and again after a change. */
export class Roles {
  readonly #clusterRoles = new Map<string, ClusterRole>();
  readonly #roles = new Map<string, Role>();
  readonly #compiled = new Map<string, readonly CompiledRule[]>();
  /** What was compiled of roles that gather the rules of others: any change of a ClusterRole may change them. */
  readonly #aggregates = new Set<string>();

  constructor(store: Store) {
    follow(store, ClusterRoles, (key, role) => {
      this.#set(this.#clusterRoles, key, role);
      for (const aggregate of this.#aggregates) this.#compiled.delete(aggregate);
      this.#aggregates.clear();
    });
    follow(store, NamespacedRoles, (key, role) => this.#set(this.#roles, key, role));
  }

  /** Undefined when there is no such role. `namespace` is that of the binding. */
  rulesOf({ kind, name }: RoleRef, namespace: string): readonly CompiledRule[] | undefined {
    const isClusterRole = kind === ClusterRoles.kind;
    const key = isClusterRole
      ? storageKey(ClusterRoles, undefined, name)
      : storageKey(NamespacedRoles, namespace, name);
    const known = this.#compiled.get(key);
    if (known) return known;
    const rules = isClusterRole ? this.#clusterRoleRules(key) : this.#roles.get(key)?.rules;
    if (!rules && !(isClusterRole ? this.#clusterRoles : this.#roles).has(key)) return undefined;
    const compiled = (rules ?? []).map((rule) => new CompiledRule(rule));
    this.#compiled.set(key, compiled);
    return compiled;
  }

  #clusterRoleRules(key: string) {
    const role = this.#clusterRoles.get(key);
    if (!role?.aggregationRule) return role?.rules;
    this.#aggregates.add(key);
    return gatheredRules(role, [...this.#clusterRoles.values()]);
  }

  #set<T>(roles: Map<string, T>, key: string, role: T | undefined): void {
    if (role) roles.set(key, role);
    else roles.delete(key);
    this.#compiled.delete(key);
  }
}

/** The rules of all roles that an aggregated one selects, and of those that these select. */
export function gatheredRules(
  role: ClusterRole,
  all: readonly ClusterRole[],
  seen: ReadonlySet<string> = new Set(),
): NonNullable<ClusterRole['rules']> {
  if (!role.aggregationRule) return role.rules ?? [];
  const selectors = (role.aggregationRule.clusterRoleSelectors ?? []).map(labelSelectorOf);
  const path = new Set([...seen, nameOf(role)]);
  return all
    .filter((other) => !path.has(nameOf(other)))
    .filter(({ metadata }) => selectors.some((selector) => selector.matches(metadata.labels)))
    .flatMap((other) => gatheredRules(other, all, path));
}
