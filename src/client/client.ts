import { type KubernetesObject, nameOf } from '../apimachinery/object.ts';
import type { ResourceType } from '../apimachinery/resourceType.ts';
import type { DeleteOptions } from '../generated/types.ts';

/**
 * The Kubernetes API as controllers, scheduler and node agents see it, whatever carries it: a call in this process, or HTTPS.
 * Objects that come back may be shared with others and frozen: copy before changing. Failures are `StatusError`s.
 */
export interface Client {
  get<T extends KubernetesObject>(type: ResourceType<T>, ref: ObjectRef): Promise<T>;
  list<T extends KubernetesObject>(type: ResourceType<T>, options?: ListRequest): Promise<ObjectList<T>>;
  /** Calls the handler for each change, in order, until stopped or ended by the server. */
  watch<T extends KubernetesObject>(
    type: ResourceType<T>,
    options: WatchRequest,
    handler: WatchHandler<T>,
  ): WatchHandle;
  /** `metadata.namespace` says where. */
  create<T extends KubernetesObject>(type: ResourceType<T>, object: T, options?: WriteRequest): Promise<T>;
  /** Replaces the object; with `metadata.resourceVersion` only that version of it (else 409 Conflict). */
  update<T extends KubernetesObject>(type: ResourceType<T>, object: T, options?: WriteRequest): Promise<T>;
  patch<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    patch: Patch,
    options?: WriteRequest,
  ): Promise<T>;
  /** Resolves to the object while its deletion waits for a grace period or finalizers, undefined once it is gone. */
  delete<T extends KubernetesObject>(
    type: ResourceType<T>,
    ref: ObjectRef,
    options?: DeleteOptions,
  ): Promise<T | undefined>;
  /** POST to a subresource: `binding` and `eviction` of pods, `token` of service accounts. */
  createSubresource<Answer extends KubernetesObject>(
    type: ResourceType,
    ref: ObjectRef,
    subresource: string,
    body: KubernetesObject,
  ): Promise<Answer>;
  /** The same API under another identity (`system:node:node01`), or another name in managedFields. */
  as(identity: Identity): Client;
}

export interface ObjectRef {
  readonly name: string;
  readonly namespace?: string | undefined;
}

export const refOf = (object: KubernetesObject): ObjectRef => ({
  name: nameOf(object),
  namespace: object.metadata.namespace,
});

export interface Identity {
  readonly user: string;
  readonly groups?: readonly string[];
  /** The field manager; the user's name unless given. */
  readonly manager?: string;
}

export interface ListRequest {
  /** All namespaces unless given. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly limit?: number;
  readonly continue?: string;
}

export interface ObjectList<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  readonly continue?: string;
}

export interface WatchRequest extends Omit<ListRequest, 'limit' | 'continue'> {
  /** Changes after this version; from a list's `resourceVersion`. */
  readonly resourceVersion: string;
}

export type WatchChange<T> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Nothing changed, but all until here has been sent. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string };

export interface WatchHandler<T> {
  /** Changes that were committed together come together. Called synchronously; it must not throw. */
  onChanges(changes: readonly WatchChange<T>[]): void;
  /** The watch is over: the server closed it, or `error` (410 Expired: list again). Not called after `stop`. */
  onEnd(error: Error | undefined): void;
}

export interface WatchHandle {
  stop(): void;
}

export interface WriteRequest {
  readonly subresource?: 'status' | 'scale' | 'finalize' | 'approval' | 'ephemeralcontainers' | 'resize';
  readonly dryRun?: boolean;
  readonly fieldManager?: string;
  readonly force?: boolean;
}

export type Patch =
  | { readonly type: 'json'; readonly body: readonly unknown[] }
  | { readonly type: 'merge' | 'strategic' | 'apply'; readonly body: object };
