import type { ClusterRoleBinding, RbacV1Subject, RoleBinding, RoleRef } from '../../../generated/types.ts';
import { ClusterRoleBindings, RoleBindings } from '../../../resources/kinds.ts';
import type { Store } from '../../../store/store.ts';
import type { User } from '../../authentication/user.ts';
import { follow } from '../followCollection.ts';

/** A role that a binding gives to one subject. */
export interface Grant {
  readonly roleRef: RoleRef;
  /** Of the binding; empty for the whole cluster. */
  readonly namespace: string;
  /** `ClusterRoleBinding "x" of ClusterRole "y" to User "z"` */
  readonly description: string;
}

/** Every binding's grants, by namespace and subject. */
export class Grants {
  readonly #byHolder = new Map<string, Map<string, Grant>>();
  readonly #holders = new Map<string, readonly string[]>();

  constructor(store: Store) {
    const onBinding = (key: string, binding: RoleBinding | ClusterRoleBinding | undefined) =>
      this.#set(key, binding);
    follow(store, ClusterRoleBindings, onBinding);
    follow(store, RoleBindings, onBinding);
  }

  /** What a user was given in a namespace; in the empty one, for the whole cluster. */
  *of(user: User, namespace: string): Iterable<Grant> {
    yield* this.#held(namespace, userHolder(user.name));
    for (const group of user.groups) yield* this.#held(namespace, groupHolder(group));
  }

  #held(namespace: string, holder: string): Iterable<Grant> {
    return this.#byHolder.get(holderIn(namespace, holder))?.values() ?? [];
  }

  #set(key: string, binding: RoleBinding | ClusterRoleBinding | undefined): void {
    for (const holder of this.#holders.get(key) ?? []) this.#remove(holder, key);
    this.#holders.delete(key);
    if (!binding) return;
    const { namespace = '' } = binding.metadata;
    const holders: string[] = [];
    for (const subject of binding.subjects ?? []) {
      const holder = holderOf(subject, namespace);
      if (holder === undefined) continue;
      const place = holderIn(namespace, holder);
      const grants = this.#byHolder.getOrInsertComputed(place, () => new Map());
      const description = describe(binding, namespace, subject);
      grants.set(key, { roleRef: binding.roleRef, namespace, description });
      holders.push(place);
    }
    this.#holders.set(key, holders);
  }

  #remove(holder: string, key: string): void {
    const grants = this.#byHolder.get(holder);
    grants?.delete(key);
    if (grants?.size === 0) this.#byHolder.delete(holder);
  }
}

const userHolder = (name: string): string => `User ${name}`;
const groupHolder = (name: string): string => `Group ${name}`;
/** No namespace has a slash in its name. */
const holderIn = (namespace: string, holder: string): string => `${namespace}/${holder}`;

function holderOf({ kind, name, namespace }: RbacV1Subject, bindingNamespace: string): string | undefined {
  switch (kind) {
    case 'User':
      return userHolder(name);
    case 'Group':
      return groupHolder(name);
    case 'ServiceAccount': {
      const home = namespace || bindingNamespace;
      return home ? userHolder(`system:serviceaccount:${home}:${name}`) : undefined;
    }
    default:
      return undefined;
  }
}

function describe(
  { metadata, roleRef }: RoleBinding | ClusterRoleBinding,
  namespace: string,
  subject: RbacV1Subject,
): string {
  const kind = namespace ? 'RoleBinding' : 'ClusterRoleBinding';
  const binding = JSON.stringify(namespace ? `${metadata.name}/${namespace}` : metadata.name);
  const home = subject.kind === 'ServiceAccount' ? `/${subject.namespace || namespace}` : '';
  const holder = `${subject.kind} ${JSON.stringify(subject.name + home)}`;
  return `${kind} ${binding} of ${roleRef.kind} ${JSON.stringify(roleRef.name)} to ${holder}`;
}
