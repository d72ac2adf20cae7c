import { deepFreeze, type KubernetesObject } from '../apimachinery/object.ts';
import type { Revision, Stored } from './store.ts';

/** What a version is taken to hold whose text nobody has asked for yet: an object of the usual size. */
const USUAL_LENGTH = 1_500;

/** What a key held at one revision. Text and object are each made when first asked for, and kept. */
export class Version implements Stored {
  readonly key: string;
  readonly revision: Revision;
  readonly createRevision: Revision;
  #object: KubernetesObject | undefined;
  #json: string | undefined;
  /** Makes the object while there is no text yet. */
  #make: (() => KubernetesObject) | undefined;

  private constructor(key: string, revision: Revision, createRevision: Revision) {
    this.key = key;
    this.revision = revision;
    this.createRevision = createRevision;
  }

  /** Takes over an object that is about to be written. */
  static written(
    key: string,
    revision: Revision,
    createRevision: Revision,
    object: KubernetesObject,
  ): Version {
    const version = new Version(key, revision, createRevision);
    object.metadata.resourceVersion = String(revision);
    version.#object = deepFreeze(object);
    return version;
  }

  /** What a journal kept. Start-up does not wait for the parsing of objects that nobody may ask for. */
  static loaded(key: string, revision: Revision, createRevision: Revision, json: string): Version {
    const version = new Version(key, revision, createRevision);
    version.#json = json;
    return version;
  }

  /** An object that is made only when somebody looks, and then gets its revision. */
  static deferred(
    key: string,
    revision: Revision,
    createRevision: Revision,
    make: () => KubernetesObject,
  ): Version {
    const version = new Version(key, revision, createRevision);
    version.#make = () => withRevision(make(), revision);
    return version;
  }

  /** The same content at another revision. All but the metadata is shared. */
  static restamped(stored: Stored, revision: Revision): Version {
    return Version.deferred(stored.key, revision, stored.createRevision, () => stored.object);
  }

  /** Lets go of the object of a version that few will ask for again, if there is its text: that takes a fraction of the memory. */
  static release(stored: Stored | undefined): void {
    if (stored instanceof Version && (stored.#json !== undefined || stored.#make)) stored.#object = undefined;
  }

  /** How much text a version is, in characters: about, as long as there is no text. */
  static lengthOf(stored: Stored): number {
    return stored instanceof Version ? (stored.#json?.length ?? USUAL_LENGTH) : stored.json.length;
  }

  get object(): KubernetesObject {
    this.#object ??= deepFreeze(this.#make?.() ?? (JSON.parse(this.#json!) as KubernetesObject));
    return this.#object;
  }

  get json(): string {
    this.#json ??= JSON.stringify(this.object);
    this.#make = undefined;
    return this.#json;
  }
}

const withRevision = (object: KubernetesObject, revision: Revision): KubernetesObject => ({
  ...object,
  metadata: { ...object.metadata, resourceVersion: String(revision) },
});
