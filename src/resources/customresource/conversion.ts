import { internalError } from '../../apimachinery/errors.ts';
import type { KubernetesObject } from '../../apimachinery/object.ts';

/** Has objects of a kind converted to another version of it, all in one go. Rejects when that fails. */
export type ConvertObjects = (
  objects: readonly KubernetesObject[],
  apiVersion: string,
) => Promise<readonly KubernetesObject[]>;

/** The stored objects of a kind in one of its versions, where that takes somebody else: each is converted once. */
export class ConvertedObjects {
  readonly #apiVersion: string;
  readonly #convert: ConvertObjects;
  readonly #known = new WeakMap<KubernetesObject, KubernetesObject>();

  constructor(apiVersion: string, convert: ConvertObjects) {
    this.#apiVersion = apiVersion;
    this.#convert = convert;
  }

  /** Resolves when all of them can be shown; undefined when that is so already. */
  prepare(stored: readonly KubernetesObject[]): Promise<void> | undefined {
    const missing = stored.filter(
      (object) => object.apiVersion !== this.#apiVersion && !this.#known.has(object),
    );
    return missing.length > 0 ? this.#convertAll(missing) : undefined;
  }

  /** One that has been prepared. */
  get(stored: KubernetesObject): KubernetesObject {
    if (stored.apiVersion === this.#apiVersion) return stored;
    const known = this.#known.get(stored);
    if (!known) throw internalError(`an object was not converted to ${this.#apiVersion} before it was shown`);
    return known;
  }

  async #convertAll(objects: readonly KubernetesObject[]): Promise<void> {
    const converted = await this.#convert(objects, this.#apiVersion);
    for (const [index, object] of objects.entries()) this.#known.set(object, converted[index]!);
  }
}
