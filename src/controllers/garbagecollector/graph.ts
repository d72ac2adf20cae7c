import { deepEqual, type KubernetesObject, uidOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Informers } from '../../client/informers.ts';

/** An object with the collection that it is in. */
export interface Item {
  readonly type: ResourceType;
  readonly object: KubernetesObject;
}

/** Who owns whom, over all kinds, by uid. */
export class OwnershipGraph {
  readonly #items = new Map<string, Item>();
  readonly #dependents = new Map<string, Set<string>>();

  /** Follows the caches; `onChange` hears of the uids that want a look. */
  follow(informers: Informers, types: readonly ResourceType[], onChange: (uid: string) => void): void {
    for (const type of types) {
      informers.of(type).onChange(({ before, after }) => {
        if (after && before && !changesOwnership(before, after)) {
          this.#items.set(uidOf(after), { type, object: after });
          return;
        }
        if (before) this.#forgetOwners(before);
        if (before && uidOf(before) !== after?.metadata.uid) this.#items.delete(uidOf(before));
        if (after) this.#note(type, after);
        this.#tellOf(before, after, onChange);
      });
    }
  }

  #tellOf(
    before: KubernetesObject | undefined,
    after: KubernetesObject | undefined,
    onChange: (uid: string) => void,
  ) {
    if (after) onChange(uidOf(after));
    const isGone = before && uidOf(before) !== after?.metadata.uid;
    // Dependents look at their owner when it waits for them, and when it is gone.
    if (isGone) for (const uid of this.dependentsOf(uidOf(before))) onChange(uid);
    else if (after?.metadata.deletionTimestamp)
      for (const uid of this.dependentsOf(uidOf(after))) onChange(uid);
    // An owner in foreground deletion waits for this one to go, or to be let go.
    for (const owner of before?.metadata.ownerReferences ?? []) onChange(owner.uid);
  }

  item(uid: string): Item | undefined {
    return this.#items.get(uid);
  }

  dependentsOf(uid: string): readonly string[] {
    return [...(this.#dependents.get(uid) ?? [])];
  }

  #note(type: ResourceType, object: KubernetesObject): void {
    this.#items.set(uidOf(object), { type, object });
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(uid) ?? new Set();
      this.#dependents.set(uid, dependents.add(uidOf(object)));
    }
  }

  #forgetOwners(object: KubernetesObject): void {
    for (const { uid } of object.metadata.ownerReferences ?? []) {
      const dependents = this.#dependents.get(uid);
      dependents?.delete(uidOf(object));
      if (dependents?.size === 0) this.#dependents.delete(uid);
    }
  }
}

/** Most changes are of a status, and concern nobody here. */
function changesOwnership({ metadata: before }: KubernetesObject, { metadata: after }: KubernetesObject) {
  return (
    before.uid !== after.uid ||
    before.deletionTimestamp !== after.deletionTimestamp ||
    !deepEqual(before.ownerReferences, after.ownerReferences) ||
    !deepEqual(before.finalizers, after.finalizers)
  );
}
