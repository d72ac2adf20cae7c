import { alreadyExists, notFound } from '../../apimachinery/errors.ts';
import { deepCopy, deepFreeze, type KubernetesObject, keyOf, objectKey } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Client, ObjectRef, Patch, WatchChange, WatchHandler } from '../../client/client.ts';
import type { CoreV1Event, Pod, PodCondition } from '../../generated/types.ts';
import { Events, Pods } from '../../resources/kinds.ts';

type ChangeType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** As much of an API server as the scheduler's loop talks to: objects, watches, bindings and the status of pods. */
export class MemoryCluster {
  readonly #collections = new Map<string, Map<string, KubernetesObject>>();
  readonly #watchers = new Map<string, Set<WatchHandler<KubernetesObject>>>();
  #revision = 0;
  /** Called before a binding is written; what it throws, the client gets. */
  beforeBinding: (pod: string, node: string) => Promise<void> | void = () => {};

  add<T extends KubernetesObject>(type: ResourceType<T>, ...objects: T[]): void {
    for (const object of objects) this.#write(type, object, 'ADDED');
  }

  update<T extends KubernetesObject>(type: ResourceType<T>, object: T): void {
    this.#write(type, object, 'MODIFIED');
  }

  remove(type: ResourceType, key: string): void {
    const object = this.#collection(type).get(key);
    if (!object) throw notFound(type, key);
    this.#write(type, object, 'DELETED');
  }

  pod(key: string): Pod {
    return this.#collection(Pods).get(key) as Pod;
  }

  /** `Reason: message` of all events. */
  get events(): string[] {
    const events = [...this.#collection(Events).values()] as CoreV1Event[];
    return events.map(({ reason, message }) => `${reason}: ${message}`);
  }

  readonly client = {
    get: async (type: ResourceType, { namespace, name }: ObjectRef) => {
      const found = this.#collection(type).get(objectKey(namespace, name));
      if (!found) throw notFound(type, name);
      return found;
    },
    list: async (type: ResourceType) => ({
      items: [...this.#collection(type).values()],
      resourceVersion: String(this.#revision),
    }),
    watch: (type: ResourceType, _options: unknown, handler: WatchHandler<KubernetesObject>) => {
      const watchers = this.#watchersOf(type);
      watchers.add(handler);
      return { stop: () => watchers.delete(handler) };
    },
    create: async (type: ResourceType, object: KubernetesObject) => {
      if (this.#collection(type).has(keyOf(object))) throw alreadyExists(type, keyOf(object));
      return this.#write(type, object, 'ADDED');
    },
    patch: async (type: ResourceType, { namespace, name }: ObjectRef, patch: Patch) => {
      const found = deepCopy(this.#collection(type).get(objectKey(namespace, name)));
      if (!found) throw notFound(type, name);
      const { conditions = [], ...others } = (patch.body as Pod).status ?? {};
      const pod = found as Pod;
      pod.status = { ...pod.status, ...others };
      for (const condition of conditions) setCondition(pod, condition);
      return this.#write(type, found, 'MODIFIED');
    },
    delete: async (type: ResourceType, { namespace, name }: ObjectRef) =>
      this.remove(type, objectKey(namespace, name)),
    createSubresource: async (
      type: ResourceType,
      { namespace, name }: ObjectRef,
      _subresource: string,
      body: KubernetesObject,
    ) => {
      const key = objectKey(namespace, name);
      const node = (body as unknown as { target: ObjectRef }).target.name;
      await this.beforeBinding(key, node);
      const pod = deepCopy(this.#collection(type).get(key)) as Pod | undefined;
      if (!pod) throw notFound(type, name);
      pod.spec.nodeName = node;
      this.#write(type, pod, 'MODIFIED');
      return body;
    },
  } as unknown as Client;

  #write(type: ResourceType, object: KubernetesObject, change: ChangeType): KubernetesObject {
    const written = deepCopy(object);
    written.metadata.resourceVersion = String(++this.#revision);
    deepFreeze(written);
    if (change === 'DELETED') this.#collection(type).delete(keyOf(written));
    else this.#collection(type).set(keyOf(written), written);
    const changes: WatchChange<KubernetesObject>[] = [{ type: change, object: written }];
    for (const watcher of this.#watchersOf(type)) watcher.onChanges(changes);
    return written;
  }

  #collection = ({ plural }: ResourceType) => getOrAdd(this.#collections, plural, () => new Map());
  #watchersOf = ({ plural }: ResourceType) => getOrAdd(this.#watchers, plural, () => new Set());
}

function getOrAdd<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function setCondition(pod: Pod, condition: PodCondition): void {
  pod.status ??= {};
  const others = (pod.status.conditions ?? []).filter(({ type }) => type !== condition.type);
  pod.status.conditions = [...others, condition];
}
