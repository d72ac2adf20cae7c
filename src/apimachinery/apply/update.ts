import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { ManagedFieldsEntry } from '../../generated/types.ts';
import type { KubernetesObject } from '../object.ts';
import type { Definition } from '../schema/schema.ts';
import { type Comparison, compareObjects, isUnchanged, withoutFields } from './compare.ts';
import { difference, type FieldSet, intersection, isEmptySet, union } from './fieldSet.ts';
import {
  capUpdaters,
  decodeManagers,
  encodeManagers,
  fieldsOfOthers,
  isReset,
  isSameManager,
  type Manager,
  parseManagers,
  unowned,
} from './managers.ts';

export interface Update {
  /** What is stored; undefined for a create. */
  readonly before: KubernetesObject | undefined;
  /** What is about to be stored, with its `apiVersion` and the `managedFields` that the client sent. */
  readonly after: KubernetesObject;
  /** The request's `fieldManager`, or the beginning of its user agent. */
  readonly manager: string;
  readonly definition: Definition;
  readonly now: EpochMs;
  /** `status`, `scale`, …; empty for the object itself. */
  readonly subresource: string;
}

/**
 * The `managedFields` after an ordinary create, update or patch: who changed a field owns it from now on. An object
 * without owners stays without, and `[]` or `[{}]` forgets them all. When nothing was changed, the stored entries
 * are given back as they are.
 */
export function trackUpdate(update: Update): ManagedFieldsEntry[] | undefined {
  const { before, after, definition, subresource, now } = update;
  const stored = before?.metadata.managedFields;
  const managers = givenManagers(update);
  if (before && managers.length === 0) return undefined;
  const comparison = withoutFields(
    compareObjects(before, after, definition),
    fieldsOfOthers(subresource, definition),
  );
  if (isUnchanged(comparison)) {
    return after.metadata.managedFields === stored ? stored : encodeManagers(managers);
  }
  const changer: Manager = {
    name: update.manager || 'unknown',
    operation: 'Update',
    apiVersion: after.apiVersion ?? '',
    subresource,
    time: timestamp(now),
    fields: {},
  };
  return encodeManagers(capUpdaters(withChange(managers, changer, comparison)));
}

/** The owners that the change starts from: the client's if it sent any that can be read, else those stored. */
function givenManagers({ before, after, subresource }: Update): Manager[] {
  const stored = before?.metadata.managedFields;
  const given = after.metadata.managedFields;
  if (subresource || !given || given === stored) return decodeManagers(stored);
  if (isReset(given)) return [];
  return parseManagers(given) ?? decodeManagers(stored);
}

/** Whatever was changed or removed leaves its owners; what was changed is the changer's. */
export function withChange(
  managers: readonly Manager[],
  changer: Manager,
  { added, modified, removed }: Comparison,
): Manager[] {
  const changed = union(added, modified);
  const own = difference(changed, unowned);
  const others = managers.map((manager) => losing(manager, changed, removed));
  if (isEmptySet(own)) return others;
  const index = managers.findIndex((manager) => isSameManager(manager, changer));
  if (index < 0) return [...others, { ...changer, fields: own }];
  const fields = union(difference(managers[index]!.fields, removed), own);
  return others.with(index, { ...changer, fields });
}

/** Owners lose what somebody else has changed, and everybody what is gone. */
function losing(manager: Manager, changed: FieldSet, removed: FieldSet): Manager {
  const taken = intersection(manager.fields, changed);
  const fields = difference(difference(manager.fields, taken), removed);
  return fields === manager.fields ? manager : { ...manager, fields };
}
