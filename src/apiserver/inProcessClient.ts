import type { KubernetesObject } from '../apimachinery/object.ts';
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
import type { DeleteOptions, Scale } from '../generated/types.ts';
import { definitionOfResource } from '../resources/definitionOfResource.ts';
import type { Resource } from '../resources/resource.ts';
import { userOf } from './authentication/user.ts';
import { preparedFor, shownObject, workedWith } from './registry/customVersions.ts';
import type { PatchRequest } from './registry/patch.ts';
import type { Endpoint, Registry } from './registry/registry.ts';
import type { RequestContext } from './registry/requestContext.ts';

/**
 * The API for parts of the same process: no HTTP, no text, no copies of what is read. Defaults, validation and admission apply as
 * to anybody else; authorization does not, and `managedFields` are not tracked except by server-side apply: both would cost
 * every controller's write a good part of its time, and tell nobody anything.
 */
export class InProcessClient implements Client {
  readonly #registry: Registry;
  readonly #identity: Identity;
  readonly #context: RequestContext;

  constructor(registry: Registry, identity: Identity) {
    this.#registry = registry;
    this.#identity = identity;
    this.#context = { user: userOf(identity) };
  }

  async get<T extends KubernetesObject>(type: ResourceType<T>, ref: ObjectRef): Promise<T> {
    const endpoint = this.#endpoint(type, ref);
    return shownObject(endpoint.resource, this.#registry.get(endpoint).object) as T;
  }

  async list<T extends KubernetesObject>(
    type: ResourceType<T>,
    { namespace, ...query }: ListRequest = {},
  ): Promise<ObjectList<T>> {
    const resource = this.#resource(type);
    const page = this.#registry.list({ resource, namespace }, query);
    const objects = page.items.map(({ object }) => object);
    const preparation = preparedFor(resource, objects);
    if (preparation) await preparation;
    return {
      items: (resource.custom?.conversion
        ? objects.map((object) => workedWith(resource, object))
        : objects) as T[],
      resourceVersion: String(page.revision),
      ...(page.continue && { continue: page.continue }),
    };
  }

  watch<T extends KubernetesObject>(
    type: ResourceType<T>,
    { namespace, ...query }: WatchRequest,
    handler: WatchHandler<T>,
  ): WatchHandle {
    let isStopped = false;
    let cancel = () => {};
    try {
      const scope = { resource: this.#resource(type), namespace };
      cancel = this.#registry.watch(scope, query, {
        onShown: (changes) => {
          if (!isStopped) handler.onChanges(changes as unknown as Parameters<typeof handler.onChanges>[0]);
        },
        onEnd: () => {
          if (!isStopped) handler.onEnd(undefined);
        },
      });
    } catch (error) {
      // As over a network, a watch ends after it has begun.
      queueMicrotask(() => {
        if (!isStopped) handler.onEnd(error as Error);
      });
    }
    return {
      stop: () => {
        isStopped = true;
        cancel();
      },
    };
  }

  async create<T extends KubernetesObject>(
    type: ResourceType<T>,
    object: T,
    options?: WriteRequest,
  ): Promise<T> {
    const scope = { resource: this.#resource(type), namespace: object.metadata.namespace };
    const stored = await this.#registry.create(scope, object, this.#contextOf(options));
    return shownObject(scope.resource, stored.object) as T;
  }

  async update<T extends KubernetesObject>(
    type: ResourceType<T>,
    object: T,
    options?: WriteRequest,
  ): Promise<T> {
    const { name = '', namespace } = object.metadata;
    const endpoint = this.#endpoint(type, { name, namespace }, options?.subresource);
    const context = this.#contextOf(options);
    if (options?.subresource === 'scale') {
      const scale = object as unknown as Scale;
      return (await this.#registry.updateScale(endpoint, () => scale, context)) as unknown as T;
    }
    const { stored } = await this.#registry.update(endpoint, object, context);
    return shownObject(endpoint.resource, stored.object) as T;
  }

  async patch<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    patch: Patch,
    options: WriteRequest = {},
  ): Promise<T> {
    const endpoint = this.#endpoint(type, ref, options.subresource);
    const request = this.#patchRequest(endpoint.resource, patch, options);
    const { stored } = await this.#registry.patch(endpoint, request, this.#contextOf(options));
    return shownObject(endpoint.resource, stored.object) as T;
  }

  async delete<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    options: DeleteOptions = {},
  ): Promise<T | undefined> {
    const context = { ...this.#context, dryRun: Boolean(options.dryRun?.length) };
    const endpoint = this.#endpoint(type, ref);
    const { stored, isGone } = await this.#registry.delete(endpoint, options, context);
    return isGone ? undefined : (shownObject(endpoint.resource, stored.object) as T);
  }

  async createSubresource<Answer extends KubernetesObject>(
    type: ResourceType,
    ref: ObjectRef,
    subresource: string,
    body: KubernetesObject,
  ): Promise<Answer> {
    return (await this.#registry.post(this.#endpoint(type, ref), subresource, body, this.#context)) as Answer;
  }

  as(identity: Identity): Client {
    return new InProcessClient(this.#registry, identity);
  }

  #resource(type: ResourceType): Resource {
    return this.#registry.resourceOf(type);
  }

  #endpoint(type: ResourceType, { name, namespace }: ObjectRef, subresource?: string): Endpoint {
    return { resource: this.#resource(type), namespace, name, subresource };
  }

  #contextOf(options: WriteRequest | undefined): RequestContext {
    return options?.dryRun ? { ...this.#context, dryRun: true, options: { dryRun: ['All'] } } : this.#context;
  }

  #patchRequest(resource: Resource, { type, body }: Patch, options: WriteRequest): PatchRequest {
    return {
      type,
      body,
      definition: definitionOfResource(resource),
      manager: options.fieldManager ?? this.#identity.manager ?? this.#identity.user,
      force: options.force ?? false,
    };
  }
}
