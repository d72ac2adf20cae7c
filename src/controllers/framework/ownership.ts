import type { Selector } from '../../apimachinery/labels.ts';
import {
  apiVersionOf,
  controllerOf,
  isBeingDeleted,
  type KubernetesObject,
  nameOf,
  uidOf,
} from '../../apimachinery/object.ts';
import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { OwnerReference } from '../../generated/types.ts';

/** Which dependents an owner holds, should take and should let go, by its selector (upstream's ControllerRefManager). */
export interface Claim<T> {
  /** Owned and matching, and those about to be adopted. */
  readonly held: readonly T[];
  readonly adopt: readonly T[];
  readonly release: readonly T[];
}

/** An owner that is being deleted adopts nothing and releases nothing. `isMember` is what is asked beside the selector. */
export function claim<T extends KubernetesObject>(
  owner: KubernetesObject,
  selector: Selector,
  owned: readonly T[],
  orphans: readonly T[],
  isMember: (object: T) => boolean = () => true,
): Claim<T> {
  const matches = (object: T) => selector.matches(object.metadata.labels ?? {}) && isMember(object);
  const kept = owned.filter(matches);
  if (isBeingDeleted(owner)) return { held: kept, adopt: [], release: [] };
  const adopt = orphans.filter((object) => !isBeingDeleted(object) && matches(object));
  const release =
    kept.length === owned.length ? [] : owned.filter((object) => !isBeingDeleted(object) && !matches(object));
  return { held: adopt.length > 0 ? [...kept, ...adopt] : kept, adopt, release };
}

/** The reference that marks `owner` as the controller of what it makes. */
export const controllerReference = (type: ResourceType, owner: KubernetesObject): OwnerReference => ({
  apiVersion: apiVersionOf(type.group, type.version),
  kind: type.kind,
  name: nameOf(owner),
  uid: uidOf(owner),
  controller: true,
  blockOwnerDeletion: true,
});

/** Makes `owner` the controller of an object that has none. The uid in the patch keeps it from hitting a namesake. */
export async function adopt<T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  object: T,
  reference: OwnerReference,
  finalizers?: readonly string[],
): Promise<void> {
  const metadata = { uid: uidOf(object), ownerReferences: [reference], ...(finalizers && { finalizers }) };
  await client.patch(type, refOf(object), { type: 'strategic', body: { metadata } });
}

/** Takes the owner's reference away. An object that is gone by now is fine. */
export async function release<T extends KubernetesObject>(
  client: Client,
  type: ResourceType<T>,
  object: T,
  owner: KubernetesObject,
): Promise<void> {
  const ownerReferences = [{ $patch: 'delete', uid: uidOf(owner) }];
  await client.patch(type, refOf(object), {
    type: 'strategic',
    body: { metadata: { uid: uidOf(object), ownerReferences } },
  });
}

/** The keys of the owners (of one kind) that a change of a dependent concerns. */
export function ownerKeyOf(object: KubernetesObject, kind: string): string | undefined {
  const owner = controllerOf(object);
  return owner?.kind === kind ? `${object.metadata.namespace}/${owner.name}` : undefined;
}
