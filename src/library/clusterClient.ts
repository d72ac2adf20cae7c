import { type KubernetesObject, splitApiVersion } from '../apimachinery/object.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import type {
  Client,
  Identity,
  ListRequest,
  ObjectList,
  ObjectRef,
  Patch,
  WatchHandle,
  WatchHandler,
  WatchRequest,
  WriteRequest,
} from '../client/client.ts';
import type { DeleteOptions } from '../generated/types.ts';
import { resourceOfKind } from '../resources/allResources.ts';
import type { ApiVersion, KindOf, ObjectOf } from './objectTypes.ts';

/**
 * The API of the cluster, with an administrator's rights. Kinds are named as manifests name them, `list('batch/v1', 'Job')`, or by
 * their type in `kinds`. What comes back may be shared and frozen: copy it before changing it. Failures are `StatusError`s.
 */
export class ClusterClient implements Client {
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  get<T extends KubernetesObject>(type: ResourceType<T>, ref: ObjectRef): Promise<T>;
  get<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    ref: ObjectRef,
  ): Promise<ObjectOf<V, K>>;
  async get(...args: readonly unknown[]): Promise<unknown> {
    const [type, ref] = withType<[ObjectRef]>(args);
    return this.#client.get(type, ref);
  }

  list<T extends KubernetesObject>(type: ResourceType<T>, options?: ListRequest): Promise<ObjectList<T>>;
  list<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    options?: ListRequest,
  ): Promise<ObjectList<ObjectOf<V, K>>>;
  async list(...args: readonly unknown[]): Promise<unknown> {
    const [type, options] = withType<[ListRequest?]>(args);
    return this.#client.list(type, options);
  }

  watch<T extends KubernetesObject>(
    type: ResourceType<T>,
    options: WatchRequest,
    handler: WatchHandler<T>,
  ): WatchHandle {
    return this.#client.watch(type, options, handler);
  }

  create<T extends KubernetesObject>(type: ResourceType<T>, object: T, options?: WriteRequest): Promise<T>;
  create<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    object: ObjectOf<V, K>,
    options?: WriteRequest,
  ): Promise<ObjectOf<V, K>>;
  async create(...args: readonly unknown[]): Promise<unknown> {
    const [type, object, options] = withType<[KubernetesObject, WriteRequest?]>(args);
    return this.#client.create(type, object, options);
  }

  update<T extends KubernetesObject>(type: ResourceType<T>, object: T, options?: WriteRequest): Promise<T>;
  update<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    object: ObjectOf<V, K>,
    options?: WriteRequest,
  ): Promise<ObjectOf<V, K>>;
  async update(...args: readonly unknown[]): Promise<unknown> {
    const [type, object, options] = withType<[KubernetesObject, WriteRequest?]>(args);
    return this.#client.update(type, object, options);
  }

  patch<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    patch: Patch,
    options?: WriteRequest,
  ): Promise<T>;
  patch<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    ref: ObjectRef,
    patch: Patch,
    options?: WriteRequest,
  ): Promise<ObjectOf<V, K>>;
  async patch(...args: readonly unknown[]): Promise<unknown> {
    const [type, ref, patch, options] = withType<[ObjectRef, Patch, WriteRequest?]>(args);
    return this.#client.patch(type, ref, patch, options);
  }

  delete<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    options?: DeleteOptions,
  ): Promise<T | undefined>;
  delete<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    ref: ObjectRef,
    options?: DeleteOptions,
  ): Promise<ObjectOf<V, K> | undefined>;
  async delete(...args: readonly unknown[]): Promise<unknown> {
    const [type, ref, options] = withType<[ObjectRef, DeleteOptions?]>(args);
    return this.#client.delete(type, ref, options);
  }

  createSubresource<Answer extends KubernetesObject>(
    type: ResourceType,
    ref: ObjectRef,
    subresource: string,
    body: KubernetesObject,
  ): Promise<Answer> {
    return this.#client.createSubresource(type, ref, subresource, body);
  }

  as(identity: Identity): ClusterClient {
    return new ClusterClient(this.#client.as(identity));
  }
}

/** The type that the first argument is, or that the first two name; then the rest. */
function withType<Rest extends readonly unknown[]>(args: readonly unknown[]): [ResourceType, ...Rest] {
  const [first, second, ...rest] = args;
  if (typeof first !== 'string') return args as unknown as [ResourceType, ...Rest];
  return [typeNamed(first, String(second)), ...(rest as unknown as Rest)];
}

function typeNamed(apiVersion: string, kind: string): ResourceType {
  const { group, version } = splitApiVersion(apiVersion);
  const found = resourceOfKind(group, version, kind);
  // Objects are handed over in the version that is stored.
  if (!found || found.alternative) throw new Error(`There is no kind "${kind}" in version "${apiVersion}"`);
  return found.resource;
}
