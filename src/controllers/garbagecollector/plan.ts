import { isBeingDeleted, type KubernetesObject } from '../../apimachinery/object.ts';
import type { OwnerReference } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Item } from './graph.ts';

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

export interface Observed {
  readonly item: Item;
  readonly dependents: readonly Item[];
  /** The owners of the item that the caches know. */
  readonly owners: ReadonlyMap<string, KubernetesObject>;
}

export type Action =
  | { readonly kind: 'dropOwners'; readonly item: Item; readonly uids: readonly string[] }
  /** Its owners need not wait for it any more. */
  | { readonly kind: 'unblockOwners' }
  | { readonly kind: 'removeFinalizer'; readonly finalizer: string }
  /** All its owners are gone, which is made sure of first, or wait for it to go. */
  | {
      readonly kind: 'delete';
      readonly item: Item;
      readonly absent: readonly OwnerReference[];
      readonly policy: string;
    };

/** What becomes of an object whose owners, or whose dependents, have changed (upstream's garbage collector). */
export function planCollection(observed: Observed): Plan<Action> {
  const { object } = observed.item;
  const finalizers = object.metadata.finalizers ?? [];
  if (isBeingDeleted(object) && finalizers.includes(ORPHAN)) return orphanDependents(observed);
  if (isBeingDeleted(object) && finalizers.includes(FOREGROUND)) return deleteDependentsFirst(observed);
  if (isBeingDeleted(object)) return inStages([]);
  return lookAtOwners(observed);
}

function orphanDependents({ item, dependents }: Observed): Plan<Action> {
  const uids = [item.object.metadata.uid ?? ''];
  return inStages<Action>([
    dependents.map((dependent) => ({ kind: 'dropOwners', item: dependent, uids })),
    [{ kind: 'removeFinalizer', finalizer: ORPHAN }],
  ]);
}

/** Its dependents look at their owners by themselves; the last one that blocks it to go brings it here again. */
function deleteDependentsFirst({ item, dependents }: Observed): Plan<Action> {
  const uid = item.object.metadata.uid;
  const isBlocked = dependents.some(({ object }) =>
    object.metadata.ownerReferences?.some((owner) => owner.uid === uid && owner.blockOwnerDeletion),
  );
  return inStages(isBlocked ? [] : [[{ kind: 'removeFinalizer', finalizer: FOREGROUND }]]);
}

function lookAtOwners({ item, dependents, owners }: Observed): Plan<Action> {
  const references = item.object.metadata.ownerReferences ?? [];
  if (references.length === 0) return inStages([]);
  const absent = references.filter(({ uid }) => !owners.has(uid));
  const waiting = references.filter(({ uid }) => isWaiting(owners.get(uid)));
  const leaving = [...absent, ...waiting];
  if (leaving.length === 0) return inStages([]);
  if (leaving.length === references.length) {
    // One that is owned by what it owns would never come to an end of waiting.
    const isInCircle = waiting.length > 0 && dependents.some(({ object }) => isWaiting(object));
    if (isInCircle && references.some(({ blockOwnerDeletion }) => blockOwnerDeletion))
      return inStages([[{ kind: 'unblockOwners' }]]);
    const policy = waiting.length > 0 && dependents.length > 0 ? 'Foreground' : policyOf(item.object);
    return inStages([[{ kind: 'delete', item, absent, policy }]]);
  }
  // Another owner still wants it. Only an owner that is known to be gone is dropped.
  return inStages<Action>([[{ kind: 'dropOwners', item, uids: leaving.map(({ uid }) => uid) }]]);
}

const isWaiting = (owner: KubernetesObject | undefined) =>
  owner !== undefined && isBeingDeleted(owner) && (owner.metadata.finalizers ?? []).includes(FOREGROUND);

const policyOf = ({ metadata: { finalizers = [] } }: KubernetesObject) =>
  finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
