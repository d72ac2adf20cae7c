import type { KubernetesObject } from '../../../apimachinery/object.ts';
import type { ResourceType } from '../../../apimachinery/resourceType.ts';
import type { Store } from '../../../store/store.ts';
import { follow } from '../../authorization/followCollection.ts';

interface Binding extends KubernetesObject {
  spec: { policyName?: string };
}

/** A policy that some bindings put in force, and what was made of it to carry it out. */
export interface PolicyHook<P, B, Compiled> {
  readonly policy: P;
  readonly bindings: readonly B[];
  readonly compiled: Compiled;
}

export interface PolicyTypes<P extends KubernetesObject, B extends Binding, Compiled> {
  readonly policies: ResourceType<P>;
  readonly bindings: ResourceType<B>;
  compile(policy: P): Compiled;
}

/**
 * Policies and their bindings as the store has them: what is acknowledged is in force. A policy without a binding is not, a binding
 * without its policy is none. A policy is compiled when a request first meets it, and again when it has changed.
 */
export class PolicySource<P extends KubernetesObject, B extends Binding, Compiled> {
  readonly #types: PolicyTypes<P, B, Compiled>;
  readonly #policies = new Map<string, P>();
  readonly #bindings = new Map<string, B>();
  readonly #compiled = new WeakMap<P, Compiled>();
  #hooks: readonly PolicyHook<P, B, Compiled>[] | undefined;

  constructor(store: Store, types: PolicyTypes<P, B, Compiled>) {
    this.#types = types;
    follow(store, types.policies, (key, policy) => this.#set(this.#policies, key, policy));
    follow(store, types.bindings, (key, binding) => this.#set(this.#bindings, key, binding));
  }

  /** By the names of policies, and of bindings. */
  get hooks(): readonly PolicyHook<P, B, Compiled>[] {
    if (this.#bindings.size === 0) return NONE;
    this.#hooks ??= this.#policiesInForce();
    return this.#hooks;
  }

  #set<T>(objects: Map<string, T>, key: string, object: T | undefined): void {
    if (object) objects.set(key, object);
    else objects.delete(key);
    this.#hooks = undefined;
  }

  #policiesInForce(): PolicyHook<P, B, Compiled>[] {
    const bindings = Map.groupBy(sorted(this.#bindings), ({ spec }) => spec.policyName);
    return sorted(this.#policies).flatMap((policy) => {
      const own = bindings.get(policy.metadata.name);
      const compile = () => this.#compiled.getOrInsertComputed(policy, () => this.#types.compile(policy));
      return own
        ? [
            {
              policy,
              bindings: own,
              get compiled() {
                return compile();
              },
            },
          ]
        : [];
    });
  }
}

const NONE: readonly never[] = [];

const sorted = <T>(objects: ReadonlyMap<string, T>): T[] =>
  [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
