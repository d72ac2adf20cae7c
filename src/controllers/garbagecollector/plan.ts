import { isBeingDeleted, type KubernetesObject } from '../../apimachinery/object.ts';
import type { OwnerReference } from '../../generated/types.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import type { Item } from './graph.ts';

export const ORPHAN = 'orphan';
export const FOREGROUND = 'foregroundDeletion';

export interface Observed {
  readonly item: Item;
  readonly dependents: readonly Item[];
  /** The owners of the item that the caches know, by uid. */
  readonly owners: ReadonlyMap<string, KubernetesObject>;
  /** References to what is in another namespace: these own nothing. */
  readonly foreign: readonly OwnerReference[];
}

export type Action =
  | { readonly kind: 'dropOwners'; readonly item: Item; readonly uids: readonly string[] }
  | { readonly kind: 'removeFinalizer'; readonly finalizer: string }
  /** Lets the owners of the item go before it. */
  | { readonly kind: 'unblockOwners'; readonly item: Item; readonly uids: readonly string[] }
  | { readonly kind: 'tellForeign'; readonly owner: OwnerReference }
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

function lookAtOwners(observed: Observed): Plan<Action> {
  const news = observed.foreign.map((owner): Action => ({ kind: 'tellForeign', owner }));
  return inStages<Action>([news, fate(observed)]);
}

function fate({ item, dependents, owners }: Observed): Action[] {
  const references = item.object.metadata.ownerReferences ?? [];
  const absent = references.filter(({ uid }) => !owners.has(uid));
  const waiting = references.filter(({ uid }) => isWaiting(owners.get(uid)));
  const leaving = [...absent, ...waiting];
  if (leaving.length === 0) return [];
  // Another owner still wants it. Only an owner that is known to be gone is dropped.
  if (leaving.length < references.length)
    return [{ kind: 'dropOwners', item, uids: leaving.map(({ uid }) => uid) }];
  const isInForeground = waiting.length > 0 && dependents.length > 0;
  const isInCircle = isInForeground && dependents.some(({ object }) => isWaiting(object));
  const blocked = isInCircle ? references.filter(({ blockOwnerDeletion }) => blockOwnerDeletion) : [];
  // Else each would wait for the next. The look that sees them unblocked goes on.
  if (blocked.length > 0) return [{ kind: 'unblockOwners', item, uids: blocked.map(({ uid }) => uid) }];
  return [{ kind: 'delete', item, absent, policy: isInForeground ? 'Foreground' : policyOf(item.object) }];
}

const isWaiting = (owner: KubernetesObject | undefined) =>
  owner !== undefined && isBeingDeleted(owner) && (owner.metadata.finalizers ?? []).includes(FOREGROUND);

const policyOf = ({ metadata: { finalizers = [] } }: KubernetesObject) =>
  finalizers.includes(ORPHAN) ? 'Orphan' : finalizers.includes(FOREGROUND) ? 'Foreground' : 'Background';
