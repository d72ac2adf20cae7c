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
import { customTypeNamed } from '../cluster/customKinds.ts';
import type { DeleteOptions } from '../generated/types.ts';
import { resourceOfKind } from '../resources/allResources.ts';
import type { ApiVersion, CustomApiVersion, CustomObject, KindOf, ObjectOf } from './objectTypes.ts';

/**
 * The API of the cluster, with an administrator's rights. Kinds are named as manifests name them, `list('batch/v1', 'Job')`, or by
 * their type in `kinds`; custom kinds as well, as soon as their definition has been applied. What comes back may be shared and frozen: copy it before changing it. Failures are `StatusError`s.
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
  get<T extends KubernetesObject = CustomObject>(
    version: CustomApiVersion,
    kind: string,
    ref: ObjectRef,
  ): Promise<T>;
  async get(...args: readonly unknown[]): Promise<unknown> {
    const [type, ref] = await this.#withType<[ObjectRef]>(args);
    return this.#client.get(type, ref);
  }

  list<T extends KubernetesObject>(type: ResourceType<T>, options?: ListRequest): Promise<ObjectList<T>>;
  list<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    options?: ListRequest,
  ): Promise<ObjectList<ObjectOf<V, K>>>;
  list<T extends KubernetesObject = CustomObject>(
    version: CustomApiVersion,
    kind: string,
    options?: ListRequest,
  ): Promise<ObjectList<T>>;
  async list(...args: readonly unknown[]): Promise<unknown> {
    const [type, options] = await this.#withType<[ListRequest?]>(args);
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
  create<T extends KubernetesObject = CustomObject>(
    version: CustomApiVersion,
    kind: string,
    object: T,
    options?: WriteRequest,
  ): Promise<T>;
  async create(...args: readonly unknown[]): Promise<unknown> {
    const [type, object, options] = await this.#withType<[KubernetesObject, WriteRequest?]>(args);
    return this.#client.create(type, object, options);
  }

  update<T extends KubernetesObject>(type: ResourceType<T>, object: T, options?: WriteRequest): Promise<T>;
  update<V extends ApiVersion, K extends KindOf<V>>(
    version: V,
    kind: K,
    object: ObjectOf<V, K>,
    options?: WriteRequest,
  ): Promise<ObjectOf<V, K>>;
  update<T extends KubernetesObject = CustomObject>(
    version: CustomApiVersion,
    kind: string,
    object: T,
    options?: WriteRequest,
  ): Promise<T>;
  async update(...args: readonly unknown[]): Promise<unknown> {
    const [type, object, options] = await this.#withType<[KubernetesObject, WriteRequest?]>(args);
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
  patch<T extends KubernetesObject = CustomObject>(
    version: CustomApiVersion,
    kind: string,
    ref: ObjectRef,
    patch: Patch,
    options?: WriteRequest,
  ): Promise<T>;
  async patch(...args: readonly unknown[]): Promise<unknown> {
    const [type, ref, patch, options] = await this.#withType<[ObjectRef, Patch, WriteRequest?]>(args);
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
  delete<T extends KubernetesObject = CustomObject>(
    version: CustomApiVersion,
    kind: string,
    ref: ObjectRef,
    options?: DeleteOptions,
  ): Promise<T | undefined>;
  async delete(...args: readonly unknown[]): Promise<unknown> {
    const [type, ref, options] = await this.#withType<[ObjectRef, DeleteOptions?]>(args);
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

  /** The type that the first argument is, or that the first two name; then the rest. */
  async #withType<Rest extends readonly unknown[]>(
    args: readonly unknown[],
  ): Promise<[ResourceType, ...Rest]> {
    const [first, second, ...rest] = args;
    if (typeof first !== 'string') return args as unknown as [ResourceType, ...Rest];
    return [await this.#typeNamed(first, String(second)), ...(rest as unknown as Rest)];
  }

  async #typeNamed(apiVersion: string, kind: string): Promise<ResourceType> {
    const { group, version } = splitApiVersion(apiVersion);
    const found = resourceOfKind(group, version, kind);
    // Objects are handed over in the version that is stored.
    if (found && !found.alternative) return found.resource;
    const custom = found ? undefined : await customTypeNamed(this.#client, apiVersion, kind);
    if (custom) return custom;
    throw new Error(`There is no kind "${kind}" in version "${apiVersion}"`);
  }
}
