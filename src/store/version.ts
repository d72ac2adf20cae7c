import { deepFreeze, type KubernetesObject } from '../apimachinery/object.ts';
import type { Revision, Stored } from './store.ts';

/** What a key held at one revision. Text and object are each made from the other when first asked for, and kept. */
export class Version implements Stored {
  readonly key: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  #object: KubernetesObject | undefined;
  #json: string | undefined;

  private constructor(
    key: string,
    revision: Revision,
    createRevision: Revision,
    object: KubernetesObject | undefined,
    json: string | undefined,
  ) {
    this.key = key;
    this.revision = revision;
    this.createRevision = createRevision;
    this.#object = object;
    this.#json = json;
  }

  /** Takes over an object that is about to be written. What cannot be stored, such as a cycle, throws here. */
  static written(
    key: string,
    revision: Revision,
    createRevision: Revision,
    object: KubernetesObject,
  ): Version {
    object.metadata.resourceVersion = String(revision);
    return new Version(key, revision, createRevision, deepFreeze(object), JSON.stringify(object));
  }

  /** What a journal kept. Start-up does not wait for the parsing of objects that nobody may ask for. */
  static loaded(key: string, revision: Revision, createRevision: Revision, json: string): Version {
    return new Version(key, revision, createRevision, undefined, json);
  }

  get object(): KubernetesObject {
    this.#object ??= deepFreeze(JSON.parse(this.#json!) as KubernetesObject);
    return this.#object;
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.#object);
    return this.#json;
  }

  /** The same content at another revision. All but the metadata is shared. */
  static restamped(stored: Stored, revision: Revision): Version {
    const { metadata } = stored.object;
    const object = { ...stored.object, metadata: { ...metadata, resourceVersion: String(revision) } };
    return new Version(stored.key, revision, stored.createRevision, deepFreeze(object), undefined);
  }
}
