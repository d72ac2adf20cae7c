import type { Selector } from '../../apimachinery/labels.ts';
import { controllerOf, type KubernetesObject, keyOf, uidOf } from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import type { Change, Informer } from '../../client/informer.ts';
import type { Informers } from '../../client/informers.ts';
import { type Claim, claim, ownerKeyOf } from './ownership.ts';

const BY_CONTROLLER = 'controller';
const ORPHANS = 'orphans';

/** The cache of a collection whose objects belong to owners, with the look-ups that these share: by controlling owner, and without one. */
export class OwnedCache<T extends KubernetesObject> {
  readonly informer: Informer<T>;

  constructor(informers: Informers, type: ResourceType<T>) {
    this.informer = informers
      .of(type)
      .addIndex(BY_CONTROLLER, (object) => [controllerOf(object)?.uid ?? ''])
      .addIndex(ORPHANS, (object) => (controllerOf(object) ? [] : [object.metadata.namespace ?? '']));
  }

  /** Those whose controller has this uid. */
  controlledBy(uid: string): readonly T[] {
    return this.informer.byIndex(BY_CONTROLLER, uid);
  }

  /** What the owner holds, should take and should let go. */
  claimedBy(
    owner: KubernetesObject,
    selector: Selector,
    isMember: (object: T) => boolean = () => true,
  ): Claim<T> {
    const orphans = this.informer.byIndex(ORPHANS, owner.metadata.namespace!);
    return claim(owner, selector, this.controlledBy(uidOf(owner)), orphans, isMember);
  }

  /** Enqueues the owner of every object that changes: the one that it had, and the one that it has. */
  followOwners(
    kind: string,
    enqueue: (key: string) => void,
    matters: (change: Change<T>) => boolean = () => true,
  ): void {
    this.informer.onChange((change) => {
      if (!matters(change)) return;
      const { before, after } = change;
      const keys = [before, after].map((object) => object && ownerKeyOf(object, kind));
      for (const key of new Set(keys)) if (key) enqueue(key);
    });
  }

  /** Enqueues whoever may adopt an object that no controller owns. */
  followOrphans<Owner extends KubernetesObject>(
    owners: Informer<Owner>,
    selectorOf: (owner: Owner) => Selector,
    enqueue: (key: string) => void,
  ): void {
    this.informer.onChange(({ after }) => {
      if (!after || controllerOf(after)) return;
      for (const owner of owners.list()) {
        const isHere = owner.metadata.namespace === after.metadata.namespace;
        if (isHere && selectorOf(owner).matches(after.metadata.labels ?? {})) enqueue(keyOf(owner));
      }
    });
  }
}
