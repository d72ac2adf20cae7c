import type { ObjectKey } from '../apimachinery/object.ts';

/** Finds objects by values that a function names for each: pods by node, by owner. */
export class Index<T> {
  readonly #valuesOf: (object: T) => readonly string[];
  readonly #byValue = new Map<string, Map<ObjectKey, T>>();

  constructor(valuesOf: (object: T) => readonly string[]) {
    this.#valuesOf = valuesOf;
  }

  get(value: string): readonly T[] {
    const found = this.#byValue.get(value);
    return found ? [...found.values()] : [];
  }

  replace(key: ObjectKey, before: T | undefined, after: T | undefined): void {
    const kept = after ? this.#valuesOf(after) : [];
    if (before) for (const value of this.#valuesOf(before)) if (!kept.includes(value)) this.#drop(value, key);
    if (after) for (const value of kept) this.#put(value, key, after);
  }

  #put(value: string, key: ObjectKey, object: T): void {
    const objects = this.#byValue.get(value);
    if (objects) objects.set(key, object);
    else this.#byValue.set(value, new Map([[key, object]]));
  }

  #drop(value: string, key: ObjectKey): void {
    const objects = this.#byValue.get(value);
    objects?.delete(key);
    if (objects?.size === 0) this.#byValue.delete(value);
  }
}
