import { isStatusError } from '../../apimachinery/errors.ts';
import { isBeingDeleted, nameOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client } from '../../client/client.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { Namespace } from '../../generated/types.ts';
import { Namespaces } from '../../resources/kinds.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';
import { refOf } from '../ownership/ownership.ts';

/** How soon to look whether what was told to go is gone. */
const LOOK_AGAIN_MS = 500;
const FINALIZER = 'kubernetes';

type Action = { readonly kind: 'empty' };

/** Removes everything in a namespace that is being deleted, and then lets it go. */
export class NamespaceController implements Controller<Namespace, Action> {
  readonly name = 'namespace';
  readonly #namespaces: Informer<Namespace>;
  readonly #contents: readonly ResourceType[];

  /** `contents` are all collections that live in namespaces. */
  constructor(context: ControllerContext, contents: readonly ResourceType[]) {
    this.#namespaces = context.informers.of(Namespaces);
    this.#contents = contents;
  }

  watch(enqueue: (key: string) => void): void {
    this.#namespaces.onChange(({ after }) => {
      if (after && isBeingDeleted(after)) enqueue(nameOf(after));
    });
  }

  observe(key: string): Namespace | undefined {
    const namespace = this.#namespaces.get(key);
    const isOurs = namespace && isBeingDeleted(namespace) && namespace.spec?.finalizers?.includes(FINALIZER);
    return isOurs ? namespace : undefined;
  }

  plan(_namespace: Namespace, now: EpochMs): Plan<Action> {
    return inStages([[{ kind: 'empty' }]], now + LOOK_AGAIN_MS);
  }

  async execute(namespace: Namespace, _action: Action, client: Client): Promise<void> {
    const remaining = await Promise.all(
      this.#contents.map((type) => deleteAll(client, type, nameOf(namespace))),
    );
    if (remaining.some((count) => count > 0)) return;
    const finalizers = (namespace.spec.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    await client.update(Namespaces, { ...namespace, spec: { finalizers } }, { subresource: 'finalize' });
  }
}

/** Deletes what is in a collection, and resolves to how many objects are on their way out but still there. */
async function deleteAll(client: Client, type: ResourceType, namespace: string): Promise<number> {
  const { items } = await client.list(type, { namespace });
  const left = await Promise.all(
    items.map(async (object) => {
      if (isBeingDeleted(object)) return 1;
      try {
        return (await client.delete(type, refOf(object), { propagationPolicy: 'Background' })) ? 1 : 0;
      } catch (error) {
        if (isStatusError(error, 'NotFound')) return 0;
        throw error;
      }
    }),
  );
  return left.reduce<number>((sum, count) => sum + count, 0);
}
