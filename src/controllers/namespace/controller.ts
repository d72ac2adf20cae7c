import { isBeingDeleted, type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import type { Namespace } from '../../generated/types.ts';
import { Namespaces, Pods } from '../../resources/kinds.ts';
import { type Controller, type ControllerContext, inStages, type Plan } from '../framework/controller.ts';
import { CustomTypes } from '../framework/customTypes.ts';
import { deletionConditions, type Remaining } from './conditions.ts';

/** How soon to look whether what was told to go is gone. */
const LOOK_AGAIN_MS = 500;
const FINALIZER = 'kubernetes';

type Action = { readonly kind: 'empty' };

/** Removes everything in a namespace that is being deleted, and then lets it go. */
export class NamespaceController implements Controller<Namespace, Action> {
  readonly name = 'namespace';
  readonly #namespaces: Informer<Namespace>;
  readonly #contents: readonly ResourceType[];
  readonly #customTypes: CustomTypes;
  readonly #clock: Clock;

  /** `contents` are all collections that live in namespaces; custom kinds are found by their definitions. */
  constructor(context: ControllerContext, contents: readonly ResourceType[]) {
    this.#namespaces = context.informers.of(Namespaces);
    this.#contents = contents;
    this.#customTypes = new CustomTypes(context.informers);
    this.#clock = context.clock;
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
    const remaining = await this.#deleteContents(nameOf(namespace), client);
    const told = await this.#tellRemaining(namespace, remaining, client);
    if (remaining.length > 0) return;
    const finalizers = (told.spec.finalizers ?? []).filter((finalizer) => finalizer !== FINALIZER);
    await client.update(Namespaces, { ...told, spec: { finalizers } }, { subresource: 'finalize' });
  }

  /** Pods go before all else: what they use must not go under their feet (KEP-5080). */
  async #deleteContents(namespace: string, client: Client): Promise<readonly Remaining[]> {
    const isPods = ({ plural, group }: ResourceType) => plural === Pods.plural && group === Pods.group;
    const pods = await deleteAll(this.#contents.filter(isPods), namespace, client);
    if (pods.length > 0) return pods;
    const others = this.#contents.filter((type) => !isPods(type));
    const custom = this.#customTypes.list().filter((type) => type.namespaced);
    return deleteAll([...others, ...custom], namespace, client);
  }

  /** Resolves to the namespace as it is then. */
  async #tellRemaining(
    namespace: Namespace,
    remaining: readonly Remaining[],
    client: Client,
  ): Promise<Namespace> {
    const before = namespace.status?.conditions ?? [];
    const conditions = deletionConditions(before, remaining, this.#clock.now());
    if (conditions === before) return namespace;
    const status = { ...namespace.status, conditions: [...conditions] };
    return client.update(Namespaces, { ...namespace, status }, { subresource: 'status' });
  }
}

/** Deletes what is in these collections, and resolves to what is on its way out but still there. */
async function deleteAll(
  types: readonly ResourceType[],
  namespace: string,
  client: Client,
): Promise<readonly Remaining[]> {
  const remaining = await Promise.all(types.map((type) => deleteCollection(type, namespace, client)));
  return remaining.filter(({ count }) => count > 0);
}

async function deleteCollection(type: ResourceType, namespace: string, client: Client): Promise<Remaining> {
  // A custom kind may go at this very moment.
  const listed = await ignoreStatusError(client.list(type, { namespace }), 'NotFound');
  const items = listed?.items ?? [];
  const deleted = await Promise.all(items.map((object) => deleteObject(type, object, client)));
  const left = deleted.filter((object) => object !== undefined);
  const finalizers = Map.groupBy(
    left.flatMap(({ metadata }) => metadata.finalizers ?? []),
    (finalizer) => finalizer,
  );
  return {
    type,
    count: left.length,
    finalizers: new Map(Array.from(finalizers, ([name, { length }]) => [name, length])),
  };
}

/** Resolves to the object while it is still there. */
async function deleteObject(
  type: ResourceType,
  object: KubernetesObject,
  client: Client,
): Promise<KubernetesObject | undefined> {
  if (isBeingDeleted(object)) return object;
  const deletion = client.delete(type, refOf(object), { propagationPolicy: 'Background' });
  return ignoreStatusError(deletion, 'NotFound');
}
