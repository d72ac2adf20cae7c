import type { KubernetesObject } from '../../apimachinery/object.ts';
import type { GroupVersion, ResourceType } from '../../apimachinery/resourceType.ts';
import type { Cancel } from '../../clock/clock.ts';
import type { DeleteOptions, Scale } from '../../generated/types.ts';
import type { Resource } from '../../resources/resource.ts';
import type { Stored } from '../../store/store.ts';
import { create } from './create.ts';
import { shownObject } from './customVersions.ts';
import { type Deletion, deleteObject } from './delete.ts';
import { deleteCollection } from './deleteCollection.ts';
import { noSuchEndpoint, rulesFor, scaleAccessOf } from './endpointRules.ts';
import { get } from './get.ts';
import { type ListQuery, list, type Page } from './list.ts';
import { type PatchRequest, patch } from './patch.ts';
import type { RegistryParts } from './registryParts.ts';
import type { RequestContext } from './requestContext.ts';
import { bind } from './subresources/binding.ts';
import { evict } from './subresources/eviction.ts';
import { scaled, scaleOf } from './subresources/scale.ts';
import type { Scope, Target } from './target.ts';
import { change, type UpdateTarget, update } from './update.ts';
import { type WatchListener, type WatchQuery, watch } from './watch.ts';
import { WatchHub } from './watchHub.ts';

/** An object, or one of its subresources. */
export interface Endpoint extends Target {
  readonly subresource?: string | undefined;
}

/** What a POST to a subresource does, and what it answers. */
export type PostHandler = (
  parts: RegistryParts,
  target: Target,
  body: KubernetesObject,
  context: RequestContext,
) => Promise<KubernetesObject>;

export interface RegistryOptions extends RegistryParts {
  readonly resources: readonly Resource[];
  /** Beyond binding and eviction, by `<plural>/<subresource>`. */
  readonly postHandlers?: Readonly<Record<string, PostHandler>>;
}

const POST_HANDLERS: Readonly<Record<string, PostHandler>> = {
  'pods/binding': bind,
  'pods/eviction': evict,
};

/** The verbs of the API on all kinds, without HTTP: what a request means, once it is known who asks and for what. */
export class Registry {
  readonly parts: RegistryParts;
  readonly resources: readonly Resource[];
  readonly #byType = new Map<string, Resource>();
  /** Those of custom kinds, which come and go, are ended with them. */
  readonly #hubs = new Map<Resource, WatchHub>();
  readonly #postHandlers: ReadonlyMap<string, PostHandler>;

  constructor({ resources, postHandlers, ...parts }: RegistryOptions) {
    this.parts = parts;
    this.resources = resources;
    this.#postHandlers = new Map(Object.entries({ ...POST_HANDLERS, ...postHandlers }));
    for (const resource of resources) this.#byType.set(typeKey(resource), resource);
  }

  /** The module of a kind; where a webhook converts, the one of that version. Throws 404 for a kind that is not kept. */
  resourceOf(type: Pick<ResourceType, 'group' | 'plural' | 'version'>): Resource {
    const resource = this.#byType.get(typeKey(type));
    if (!resource) throw noSuchEndpoint();
    return resource.custom?.conversion?.inVersion(type.version) ?? resource;
  }

  /** The module of a kind by its name, in a version in which it is served; undefined when there is none. */
  resourceOfKind({ group, version, kind }: GroupVersion & { readonly kind: string }): Resource | undefined {
    for (const resource of this.#byType.values()) {
      if (resource.kind === kind && isServedIn(resource, group, version)) return resource;
    }
    return undefined;
  }

  /** Keeps a custom kind from now on, or keeps it otherwise than before. Watches of it end, and begin anew if they are still wanted. */
  keep(resource: Resource): void {
    this.#byType.set(typeKey(resource), resource);
    this.#endWatches(resource);
  }

  /** Keeps a custom kind no more. */
  forget(type: Pick<ResourceType, 'group' | 'plural'>): void {
    this.#byType.delete(typeKey(type));
    this.#endWatches(type);
  }

  #endWatches(type: Pick<ResourceType, 'group' | 'plural'>): void {
    // Those who are told begin anew at once, which makes new hubs.
    const ended = [...this.#hubs].filter(([resource]) => typeKey(resource) === typeKey(type));
    for (const [resource] of ended) this.#hubs.delete(resource);
    for (const [, hub] of ended) hub.end();
  }

  get(target: Target, resourceVersion?: string): Stored {
    return get(this.parts, target, resourceVersion);
  }

  list(scope: Scope, query: ListQuery): Page {
    return list(this.parts, scope, query);
  }

  watch(scope: Scope, query: WatchQuery, listener: WatchListener): Cancel {
    const hub = this.#hubs.getOrInsertComputed(
      scope.resource,
      () => new WatchHub(this.parts.store, scope.resource),
    );
    return watch(this.parts, hub, scope, query, listener);
  }

  create(scope: Scope, object: KubernetesObject, context: RequestContext): Promise<Stored> {
    return create(this.parts, scope, object, context);
  }

  /** Replaces an object or what one of its subresources shows. */
  update(endpoint: Endpoint, object: KubernetesObject, context: RequestContext) {
    return update(this.parts, updateTarget(endpoint), object, context);
  }

  patch(endpoint: Endpoint, request: PatchRequest, context: RequestContext) {
    return patch(this.parts, updateTarget(endpoint), request, context);
  }

  delete(target: Target, options: DeleteOptions, context: RequestContext): Promise<Deletion> {
    return deleteObject(this.parts, target, options, context);
  }

  deleteCollection(
    scope: Scope,
    query: ListQuery,
    options: DeleteOptions,
    context: RequestContext,
  ): Promise<Page> {
    return deleteCollection(this.parts, scope, query, options, context);
  }

  async getScale(target: Target): Promise<Scale> {
    const access = scaleAccessOf(target.resource);
    return scaleOf(access, await shownObject(target.resource, this.get(target).object));
  }

  /** Sets the replicas that `next` makes of the present scale. */
  async updateScale(target: Target, next: (scale: Scale) => Scale, context: RequestContext): Promise<Scale> {
    const access = scaleAccessOf(target.resource);
    const stored = await change(
      this.parts,
      { ...updateTarget(target), subresource: 'scale' },
      (object) => scaled(target.resource, access, next(scaleOf(access, object)))(object),
      context,
    );
    return scaleOf(access, await shownObject(target.resource, stored.object));
  }

  /** POST to a subresource. Throws 404 when the kind has no such one. */
  async post(
    target: Target,
    subresource: string,
    body: KubernetesObject,
    context: RequestContext,
  ): Promise<KubernetesObject> {
    const handler = target.resource.custom
      ? undefined
      : this.#postHandlers.get(`${target.resource.plural}/${subresource}`);
    if (!handler) throw noSuchEndpoint();
    return handler(this.parts, target, body, context);
  }

  close(): void {
    for (const hub of this.#hubs.values()) hub.close();
  }
}

const typeKey = ({ group, plural }: Pick<ResourceType, 'group' | 'plural'>): string => `${group}/${plural}`;

const isServedIn = (resource: Resource, group: string, version: string): boolean =>
  (resource.group === group &&
    (resource.version === version || Boolean(resource.custom?.servedVersions.includes(version)))) ||
  Boolean(resource.alternatives?.some((other) => other.group === group && other.version === version));

const updateTarget = (endpoint: Endpoint): UpdateTarget => ({
  ...endpoint,
  rules: rulesFor(endpoint.resource, endpoint.subresource),
});
