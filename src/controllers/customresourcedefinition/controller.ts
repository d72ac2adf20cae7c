import { isStatusError } from '../../apimachinery/errors.ts';
import { isBeingDeleted, type KubernetesObject, nameOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { type Client, refOf } from '../../client/client.ts';
import { ignoreStatusError } from '../../client/ignoreStatusError.ts';
import type { Informer } from '../../client/informer.ts';
import type { EpochMs } from '../../clock/clock.ts';
import type { CustomResourceDefinition } from '../../generated/types.ts';
import { hasTrueCondition } from '../../resources/conditions.ts';
import { CLEANUP_FINALIZER } from '../../resources/customresourcedefinition/definitionStatus.ts';
import { CustomResourceDefinitions } from '../../resources/kinds.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { customTypeOf } from '../framework/customTypes.ts';
import { updateStatus } from '../framework/statusUpdate.ts';
import { type Action, type Observed, planDefinition } from './plan.ts';

/** Accepts the names of custom kinds, so that the API server serves them, and deletes the objects of those that go. */
export class CustomResourceDefinitionController implements Controller<Observed, Action> {
  readonly name = 'customresourcedefinition';
  readonly #definitions: Informer<CustomResourceDefinition>;

  constructor({ informers }: ControllerContext) {
    this.#definitions = informers.of(CustomResourceDefinitions);
  }

  watch(enqueue: (key: string) => void): void {
    this.#definitions.onChange(({ before, after }) => {
      if (after) enqueue(nameOf(after));
      // Names that have come free may be what another waits for.
      if (before) for (const waiting of this.#waitingIn(before.spec.group)) enqueue(nameOf(waiting));
    });
  }

  observe(key: string): Observed | undefined {
    const definition = this.#definitions.get(key);
    if (!definition) return undefined;
    const isOther = (each: CustomResourceDefinition) =>
      each.spec.group === definition.spec.group && nameOf(each) !== key;
    return { definition, others: this.#definitions.list().filter(isOther) };
  }

  plan(seen: Observed, now: EpochMs) {
    return planDefinition(seen, now);
  }

  async execute({ definition }: Observed, action: Action, client: Client): Promise<void> {
    if (action.kind === 'updateStatus')
      return updateStatus(client, CustomResourceDefinitions, definition, action.status);
    if (await isEmptied(customTypeOf(definition), client)) await letGo(client, definition);
  }

  #waitingIn(group: string): CustomResourceDefinition[] {
    return this.#definitions
      .list()
      .filter((each) => each.spec.group === group && !hasTrueCondition(each, 'NamesAccepted'));
  }
}

/** Deletes what there is of a kind; resolves to whether that was all, and is gone. */
async function isEmptied(type: ResourceType, client: Client): Promise<boolean> {
  const objects = await objectsOf(type, client);
  const left = await Promise.all(objects.map((object) => deleteObject(type, object, client)));
  return left.every((object) => object === undefined);
}

/** None where the kind was never served. */
async function objectsOf(type: ResourceType, client: Client): Promise<readonly KubernetesObject[]> {
  try {
    return (await client.list(type)).items;
  } catch (error) {
    if (isStatusError(error, 'NotFound')) return [];
    throw error;
  }
}

async function deleteObject(type: ResourceType, object: KubernetesObject, client: Client) {
  if (isBeingDeleted(object)) return object;
  return ignoreStatusError(client.delete(type, refOf(object)), 'NotFound');
}

async function letGo(client: Client, { metadata }: CustomResourceDefinition): Promise<void> {
  const finalizers = metadata.finalizers?.filter((each) => each !== CLEANUP_FINALIZER) ?? [];
  const patch = client.patch(
    CustomResourceDefinitions,
    { name: metadata.name ?? '' },
    {
      type: 'merge',
      body: { metadata: { uid: metadata.uid, finalizers } },
    },
  );
  await ignoreStatusError(patch, 'NotFound');
}
