import { isStatusError } from '../../apimachinery/errors.ts';
import { isBeingDeleted, type KubernetesObject, nameOf, objectKey } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import type { Namespace } from '../../generated/types.ts';
import { Namespaces } from '../../resources/kinds.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from './controller.ts';

interface Observed<T> {
  readonly namespace: Namespace;
  readonly existing: T | undefined;
}
interface Action<T> {
  readonly kind: 'create' | 'repair';
  readonly object: T;
}

export interface PerNamespaceOptions<T extends KubernetesObject> {
  readonly name: string;
  readonly type: ResourceType<T>;
  /** The name of the object in each namespace. */
  readonly objectName: string;
  make(namespace: string): T;
  /** What an existing object should be instead; undefined when it is right. */
  repair?(existing: T): T | undefined;
}

/** Keeps one object of a given name in every namespace: the default service account, the root certificate. */
export class PerNamespaceController<T extends KubernetesObject>
  implements Controller<Observed<T>, Action<T>>
{
  readonly name: string;
  readonly #options: PerNamespaceOptions<T>;
  readonly #namespaces: Informer<Namespace>;
  readonly #objects: Informer<T>;

  constructor(context: ControllerContext, options: PerNamespaceOptions<T>) {
    this.name = options.name;
    this.#options = options;
    this.#namespaces = context.informers.of(Namespaces);
    this.#objects = context.informers.of(options.type);
  }

  watch(enqueue: (key: string) => void): void {
    this.#namespaces.onChange(({ after }) => after && enqueue(nameOf(after)));
    this.#objects.onChange(({ before, after }) => {
      const object = (after ?? before)!;
      if (nameOf(object) === this.#options.objectName) enqueue(object.metadata.namespace ?? '');
    });
  }

  observe(key: string): Observed<T> | undefined {
    const namespace = this.#namespaces.get(key);
    return namespace && { namespace, existing: this.#objects.get(objectKey(key, this.#options.objectName)) };
  }

  plan({ namespace, existing }: Observed<T>): Plan<Action<T>> {
    if (isBeingDeleted(namespace)) return inStages([]);
    if (!existing) return inStages([[{ kind: 'create', object: this.#options.make(nameOf(namespace)) }]]);
    const repaired = this.#options.repair?.(existing);
    return inStages(repaired ? [[{ kind: 'repair', object: repaired }]] : []);
  }

  async execute(_seen: Observed<T>, { kind, object }: Action<T>, client: Client): Promise<void> {
    try {
      if (kind === 'create') await client.create(this.#options.type, object);
      else await client.update(this.#options.type, object);
    } catch (error) {
      // Made by somebody else, or the namespace is on its way out.
      if (!isStatusError(error, 'AlreadyExists', 'Forbidden', 'NotFound')) throw error;
    }
  }
}
