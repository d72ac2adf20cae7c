import type { EpochMs } from '../../clock/clock.ts';
import type { ManagedFieldsEntry } from '../../generated/types.ts';
import { deepEqual } from '../object.ts';
import type { Definition } from '../schema/schema.ts';
import { type FieldSet, isEmptySet, parseFieldSet, setOfPaths, union } from './fieldSet.ts';

/** One owner of fields: a decoded entry of `metadata.managedFields`. */
export interface Manager {
  readonly name: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
  readonly time: string | undefined;
  readonly fields: FieldSet;
}

/** What tells managers apart. Who applies stays the same from one API version to the next. */
export const isSameManager = (a: Manager, b: Manager): boolean =>
  a.name === b.name &&
  a.operation === b.operation &&
  a.subresource === b.subresource &&
  (a.operation === 'Apply' || a.apiVersion === b.apiVersion);

/** Reads stored entries, which were checked when they were written. */
export const decodeManagers = (entries: readonly ManagedFieldsEntry[] | undefined): Manager[] =>
  (entries ?? []).map((entry) => decode(entry, (entry.fieldsV1 ?? {}) as FieldSet));

/** Reads a client's entries; undefined when one of them is malformed. */
export function parseManagers(entries: readonly ManagedFieldsEntry[]): Manager[] | undefined {
  const managers: Manager[] = [];
  for (const entry of entries) {
    const isKnown = entry.operation === 'Apply' || entry.operation === 'Update';
    if (!isKnown || !entry.apiVersion || entry.fieldsType !== 'FieldsV1') return undefined;
    const fields = parseFieldSet(entry.fieldsV1);
    if (!fields) return undefined;
    managers.push(decode(entry, fields));
  }
  return managers;
}

const decode = (entry: ManagedFieldsEntry, fields: FieldSet): Manager => ({
  name: entry.manager ?? '',
  operation: entry.operation as Manager['operation'],
  apiVersion: entry.apiVersion ?? '',
  subresource: entry.subresource ?? '',
  time: entry.time as string | undefined,
  fields,
});

/** Whether the client asks to forget all owners: an empty list, or one empty entry. */
export const isReset = (entries: readonly ManagedFieldsEntry[]): boolean =>
  entries.length === 0 || (entries.length === 1 && deepEqual(entries[0], {}));

/** Entries in upstream's order: by operation, then the oldest first. Managers of nothing are left out. */
export function encodeManagers(managers: readonly Manager[]): ManagedFieldsEntry[] | undefined {
  const entries = managers
    .filter(({ fields }) => !isEmptySet(fields))
    .toSorted(byAge)
    .map(encode);
  return entries.length ? entries : undefined;
}

const encode = ({ name, operation, apiVersion, subresource, time, fields }: Manager): ManagedFieldsEntry =>
  ({
    ...(name && { manager: name }),
    operation,
    apiVersion,
    ...(time && { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: fields,
    ...(subresource && { subresource }),
  }) as ManagedFieldsEntry;

const byAge = (a: Manager, b: Manager): number =>
  order(a.operation, b.operation) ||
  order(secondsOf(a), secondsOf(b)) ||
  order(a.name, b.name) ||
  order(a.apiVersion, b.apiVersion) ||
  order(a.subresource, b.subresource);

const order = <T>(a: T, b: T): number => (a < b ? -1 : a > b ? 1 : 0);

const secondsOf = ({ time }: Manager): EpochMs => (time ? Math.floor(Date.parse(time) / 1000) : 0);

const MAX_UPDATERS = 10;
const BUCKET = 'ancient-changes';

/** At most ten managers that update: beyond that the oldest become one, `ancient-changes`. */
export function capUpdaters(managers: readonly Manager[]): readonly Manager[] {
  const updaters = managers.filter(({ operation }) => operation === 'Update').sort(byAge);
  let excess = updaters.length - MAX_UPDATERS;
  if (excess <= 0) return managers;
  const merged = new Map<string, Manager>();
  const gone = new Set<Manager>();
  for (const manager of updaters) {
    if (excess < 0) break;
    const bucket = merged.get(manager.apiVersion);
    if (bucket) excess--;
    else if (excess === 0) break;
    merged.set(manager.apiVersion, {
      ...manager,
      name: BUCKET,
      subresource: '',
      fields: bucket ? union(bucket.fields, manager.fields) : manager.fields,
    });
    gone.add(manager);
    if (excess === 0) break;
  }
  return [...managers.filter((manager) => !gone.has(manager)), ...merged.values()];
}

/** What the server sets, and nobody owns. */
export const unowned: FieldSet = setOfPaths([
  ['f:apiVersion'],
  ['f:kind'],
  ['f:metadata'],
  ...[
    'name',
    'namespace',
    'creationTimestamp',
    'selfLink',
    'uid',
    'clusterName',
    'generation',
    'managedFields',
    'resourceVersion',
  ].map((name) => ['f:metadata', `f:${name}`]),
]);

/** What an endpoint neither changes nor owns: spec and status have different owners. */
export function fieldsOfOthers(subresource: string, { hasPlainStatus }: Definition): FieldSet {
  if (subresource === '') return hasPlainStatus ? {} : STATUS;
  return subresource === 'status' ? SPEC : {};
}

const STATUS = setOfPaths([['f:status']]);
const SPEC = setOfPaths([['f:spec']]);
