import { isStatusError } from '../../apimachinery/errors.ts';
import {
  apiVersionOf,
  type KubernetesObject,
  nameOf,
  splitApiVersion,
  uidOf,
} from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EventRecorder } from '../../client/eventRecorder.ts';
import type { OwnerReference } from '../../generated/types.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { CustomTypes } from '../framework/customTypes.ts';
import { type Item, OwnershipGraph } from './graph.ts';
import { type Action, type Observed, planCollection } from './plan.ts';

interface CollectedType extends ResourceType {
  readonly alternatives?: readonly { readonly group: string; readonly version: string }[];
}

/** Removes what nobody owns any more, by owner references. Keys are uids. */
export class GarbageCollector implements Controller<Observed, Action> {
  readonly name = 'garbagecollector';
  readonly #context: ControllerContext;
  readonly #types: readonly CollectedType[];
  readonly #customTypes: CustomTypes;
  /** All that there ever were, by group and name: what they owned may outlast them. */
  readonly #knownCustom = new Map<string, CollectedType>();
  readonly #graph = new OwnershipGraph();
  readonly #recorder: EventRecorder;

  /** Looks after objects of these types, and of custom ones; owners of other types are asked for when they matter. */
  constructor(context: ControllerContext, types: readonly CollectedType[]) {
    this.#context = context;
    this.#types = types;
    this.#customTypes = new CustomTypes(context.informers);
    this.#recorder = context.recorder('garbage-collector-controller');
    for (const type of types) context.informers.of(type);
  }

  watch(enqueue: (key: string) => void): void {
    this.#graph.follow(this.#context.informers, this.#types, enqueue);
    this.#customTypes.onServed((type) => {
      this.#knownCustom.set(`${type.group}/${type.plural}`, type);
      this.#graph.follow(this.#context.informers, [type], enqueue);
    });
  }

  observe(uid: string): Observed | undefined {
    const item = this.#graph.item(uid);
    if (!item) return undefined;
    const owners = new Map<string, KubernetesObject>();
    const foreign: OwnerReference[] = [];
    for (const reference of item.object.metadata.ownerReferences ?? []) {
      const owner = this.#graph.item(reference.uid);
      if (owner && !isReachable(item, owner)) foreign.push(reference);
      else if (owner && isMeant(reference, owner)) owners.set(reference.uid, owner.object);
    }
    return {
      item,
      dependents: this.#graph.dependentsOf(uid).flatMap((dependent) => this.#graph.item(dependent) ?? []),
      owners,
      foreign,
    };
  }

  plan(seen: Observed) {
    return planCollection(seen);
  }

  async execute({ item }: Observed, action: Action, client: Client): Promise<void> {
    try {
      switch (action.kind) {
        case 'delete':
          return await this.#delete(client, action);
        case 'dropOwners':
          return await this.#dropOwners(client, action.item, action.uids);
        case 'removeFinalizer':
          return await removeFinalizer(client, item, action.finalizer);
        case 'unblockOwners':
          return await this.#unblockOwners(client, action.item, action.uids);
        case 'tellForeign':
          return this.#tellForeign(item, action.owner);
      }
    } catch (error) {
      if (!isStatusError(error, 'NotFound')) throw error;
    }
  }

  async #delete(
    client: Client,
    { item, absent, policy }: Extract<Action, { kind: 'delete' }>,
  ): Promise<void> {
    for (const owner of absent) if (await this.#exists(client, item, owner)) return;
    const { uid, resourceVersion } = item.object.metadata;
    const preconditions = { uid: uid!, ...(resourceVersion && { resourceVersion }) };
    await client.delete(item.type, refOf(item.object), { propagationPolicy: policy, preconditions });
  }

  async #dropOwners(client: Client, item: Item, uids: readonly string[]): Promise<void> {
    const gone: string[] = [];
    for (const owner of item.object.metadata.ownerReferences ?? []) {
      if (
        uids.includes(owner.uid) &&
        !(this.#graph.item(owner.uid) === undefined && (await this.#exists(client, item, owner)))
      ) {
        gone.push(owner.uid);
      }
    }
    if (gone.length === 0) return;
    if (this.#isCustom(item)) {
      const { ownerReferences = [] } = item.object.metadata;
      return setOwners(
        client,
        item,
        ownerReferences.filter(({ uid }) => !gone.includes(uid)),
      );
    }
    const ownerReferences = gone.map((uid) => ({ $patch: 'delete', uid }));
    const body = { metadata: { uid: uidOf(item.object), ownerReferences } };
    await client.patch(item.type, refOf(item.object), { type: 'strategic', body });
  }

  async #unblockOwners(client: Client, item: Item, uids: readonly string[]): Promise<void> {
    const { ownerReferences = [] } = item.object.metadata;
    if (this.#isCustom(item)) {
      const unblocked = (owner: OwnerReference) =>
        uids.includes(owner.uid) ? { ...owner, blockOwnerDeletion: false } : owner;
      return setOwners(client, item, ownerReferences.map(unblocked));
    }
    const body = {
      metadata: {
        uid: uidOf(item.object),
        ownerReferences: uids.map((uid) => ({ uid, blockOwnerDeletion: false })),
      },
    };
    await client.patch(item.type, refOf(item.object), { type: 'strategic', body });
  }

  #isCustom({ type }: Item): boolean {
    return this.#knownCustom.has(`${type.group}/${type.plural}`);
  }

  #tellForeign({ type, object }: Item, { apiVersion, kind, name, uid }: OwnerReference): void {
    const { namespace = '' } = object.metadata;
    const owner = `[${apiVersion}/${kind}, namespace: ${namespace}, name: ${name}, uid: ${uid}]`;
    const about = {
      apiVersion: apiVersionOf(type.group, type.version),
      kind: type.kind,
      namespace,
      name: nameOf(object),
      uid: uidOf(object),
    };
    const message = `ownerRef ${owner} does not exist in namespace ${JSON.stringify(namespace)}`;
    this.#recorder.event(about, 'Warning', 'OwnerRefInvalidNamespace', message);
  }

  /** Asks the API itself: the owner may be newer than the cache, or of a kind that no cache follows. */
  async #exists(client: Client, dependent: Item, owner: OwnerReference): Promise<boolean> {
    const type = [...this.#types, ...this.#knownCustom.values()].find(
      (type) => type.kind === owner.kind && isServedAs(type, owner.apiVersion),
    );
    // What we cannot look up we leave alone.
    if (!type) return true;
    const namespace = type.namespaced ? dependent.object.metadata.namespace : undefined;
    // Nobody can say which one an object without a namespace means.
    if (type.namespaced && namespace === undefined) return true;
    try {
      return uidOf(await client.get(type, { name: owner.name, namespace })) === owner.uid;
    } catch (error) {
      if (isStatusError(error, 'NotFound')) return false;
      throw error;
    }
  }
}

const isServedAs = (type: CollectedType, apiVersion: string): boolean =>
  [type, ...(type.alternatives ?? [])].some(
    ({ group, version }) => apiVersionOf(group, version) === apiVersion,
  );

/** An owner in another namespace is none, as upstream: a reference carries no namespace. */
const isReachable = ({ object }: Item, owner: Item): boolean =>
  !owner.type.namespaced || owner.object.metadata.namespace === object.metadata.namespace;

/** A reference with the uid of something else owns nothing either. */
const isMeant = ({ apiVersion, kind, name }: OwnerReference, { type, object }: Item): boolean =>
  kind === type.kind && splitApiVersion(apiVersion).group === type.group && name === nameOf(object);

/** All of them, in the version that was seen: custom kinds know no patch of one item of a list. */
async function setOwners(
  client: Client,
  { type, object }: Item,
  ownerReferences: readonly OwnerReference[],
): Promise<void> {
  const { uid, resourceVersion } = object.metadata;
  await client.patch(type, refOf(object), {
    type: 'merge',
    body: { metadata: { uid, resourceVersion, ownerReferences } },
  });
}

async function removeFinalizer(client: Client, { type, object }: Item, finalizer: string): Promise<void> {
  const { uid, resourceVersion, finalizers = [] } = object.metadata;
  const rest = finalizers.filter((other) => other !== finalizer);
  await client.patch(type, refOf(object), {
    type: 'merge',
    body: { metadata: { uid, resourceVersion, finalizers: rest } },
  });
}
