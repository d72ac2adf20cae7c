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
import type { Resource } from '../../resources/resource.ts';
import type { Controller, ControllerContext } from '../framework/controller.ts';
import { type Item, OwnershipGraph } from './graph.ts';
import { type Action, type Observed, planCollection } from './plan.ts';

type CollectedType = ResourceType & Pick<Resource, 'alternatives'>;

/** Removes what nobody owns any more, by owner references. Keys are uids. */
export class GarbageCollector implements Controller<Observed, Action> {
  readonly name = 'garbagecollector';
  readonly #context: ControllerContext;
  readonly #types: readonly CollectedType[];
  readonly #graph = new OwnershipGraph();
  readonly #recorder: EventRecorder;

  /** Looks after objects of these types; owners of other types are asked for when they matter. */
  constructor(context: ControllerContext, types: readonly CollectedType[]) {
    this.#context = context;
    this.#types = types;
    this.#recorder = context.recorder('garbage-collector-controller');
    for (const type of types) context.informers.of(type);
  }

  watch(enqueue: (key: string) => void): void {
    this.#graph.follow(this.#context.informers, this.#types, enqueue);
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
          return await unblockOwners(client, action.item, action.uids);
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
    const ownerReferences = gone.map((uid) => ({ $patch: 'delete', uid }));
    const body = { metadata: { uid: uidOf(item.object), ownerReferences } };
    await client.patch(item.type, refOf(item.object), { type: 'strategic', body });
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
    const type = this.#types.find((type) => type.kind === owner.kind && isServedAs(type, owner.apiVersion));
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

async function unblockOwners(client: Client, { type, object }: Item, uids: readonly string[]): Promise<void> {
  const ownerReferences = uids.map((uid) => ({ uid, blockOwnerDeletion: false }));
  const body = { metadata: { uid: uidOf(object), ownerReferences } };
  await client.patch(type, refOf(object), { type: 'strategic', body });
}

async function removeFinalizer(client: Client, { type, object }: Item, finalizer: string): Promise<void> {
  const { uid, resourceVersion, finalizers = [] } = object.metadata;
  const rest = finalizers.filter((other) => other !== finalizer);
  await client.patch(type, refOf(object), {
    type: 'merge',
    body: { metadata: { uid, resourceVersion, finalizers: rest } },
  });
}
