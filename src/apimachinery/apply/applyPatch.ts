import { type EpochMs, timestamp } from '../../clock/clock.ts';
import { badRequest } from '../errors.ts';
import { deepEqual, type KubernetesObject } from '../object.ts';
import type { JsonObject } from '../patch/jsonValue.ts';
import type { Definition } from '../schema/schema.ts';
import { type Comparison, compareObjects, withoutFields } from './compare.ts';
import { applyConflict, type Conflict } from './conflict.ts';
import { fieldsOf } from './extract.ts';
import { difference, type FieldSet, hasPath, intersection, isEmptySet, pathsOf, union } from './fieldSet.ts';
import { lastAppliedFields, withLastApplied } from './lastApplied.ts';
import {
  decodeManagers,
  encodeManagers,
  fieldsOfOthers,
  isSameManager,
  type Manager,
  unowned,
} from './managers.ts';
import { mergeConfiguration } from './merge.ts';
import { pruneUnmanaged } from './prune.ts';
import { withChange } from './update.ts';

export interface Apply {
  /** What is stored; undefined when the object is to be created. */
  readonly live: KubernetesObject | undefined;
  /** The configuration, as the client sent it. */
  readonly applied: KubernetesObject;
  /** The request's `fieldManager`. */
  readonly manager: string;
  /** Takes fields away from those who own them with another value. */
  readonly force: boolean;
  readonly definition: Definition;
  readonly now: EpochMs;
  /** `status`, `scale`, …; empty for the object itself. */
  readonly subresource: string;
}

/** kubectl's apply, which may take over what it applied itself on the client's side before. */
const KUBECTL = 'kubectl';
const BEFORE_FIRST_APPLY = 'before-first-apply';

/**
 * Server-side apply (KEP-555): the live object with everything that the configuration states, without what the
 * manager stated the last time and nobody owns any more, and with `managedFields` brought up to date. The very `live`
 * comes back when nothing changed. Defaults are the caller's business. Throws 409 with a cause per field that somebody
 * else owns with another value, and 400 for a configuration that does not fit the schema.
 */
export function applyPatch(apply: Apply): KubernetesObject {
  if (apply.applied.metadata.managedFields) throw badRequest('metadata.managedFields must be nil');
  const outcome = tryApply(apply, apply.force);
  if (outcome.conflicts.length === 0) return finish(apply, outcome);
  const conflicts = apply.manager === KUBECTL ? unexplained(apply, outcome.conflicts) : outcome.conflicts;
  if (conflicts.length) throw applyConflict(conflicts);
  return finish(apply, tryApply(apply, true));
}

interface Outcome {
  readonly object: JsonObject;
  readonly managers: readonly Manager[];
  readonly conflicts: readonly Conflict[];
}

function tryApply(apply: Apply, force: boolean): Outcome {
  const { definition, subresource } = apply;
  const live = (apply.live ?? {}) as JsonObject;
  const ignored = fieldsOfOthers(subresource, definition);
  const stated = withoutIgnored(apply.applied, ignored);
  const managers = liveManagers(apply);
  const applier = applierOf(apply, fieldsOf(stated, definition));
  const last = managers.find((manager) => isSameManager(manager, applier));
  const others = managers.filter((manager) => manager !== last);
  const managed = others.reduce((set, { fields }) => union(set, fields), applier.fields);
  const merged = mergeConfiguration(live, stated, definition);
  const object = last ? pruneUnmanaged(merged, last.fields, managed, definition) : merged;
  const comparison = withoutFields(compareObjects(live, object, definition), ignored);
  const conflicts = force ? [] : conflictsWith(others, comparison);
  const isSame = apply.live !== undefined && deepEqual(live, object);
  return {
    object: isSame ? live : object,
    managers: [...withoutChange(others, comparison), settled(applier, isSame ? last : undefined)],
    conflicts,
  };
}

/** Whoever applies what is already so keeps the time of the last change. */
const settled = (applier: Manager, last: Manager | undefined): Manager => ({
  ...applier,
  fields: difference(applier.fields, unowned),
  time: last ? last.time : applier.time,
});

function applierOf({ applied, manager, now, subresource }: Apply, fields: FieldSet): Manager {
  const apiVersion = applied.apiVersion ?? '';
  return { name: manager, operation: 'Apply', apiVersion, subresource, time: timestamp(now), fields };
}

/** What was there before anybody applied belongs to a manager of its own. */
function liveManagers({ live, applied, definition, now }: Apply): Manager[] {
  const managers = decodeManagers(live?.metadata.managedFields);
  if (managers.length || !live) return managers;
  const creator: Manager = {
    name: BEFORE_FIRST_APPLY,
    operation: 'Update',
    apiVersion: applied.apiVersion ?? '',
    subresource: '',
    time: timestamp(now),
    fields: {},
  };
  return withChange(
    [],
    creator,
    withoutFields(compareObjects(undefined, live, definition), fieldsOfOthers('', definition)),
  );
}

/** The top-level fields that this endpoint does not change are not part of the configuration. */
function withoutIgnored(applied: KubernetesObject, ignored: FieldSet): JsonObject {
  const stated = { ...applied } as unknown as JsonObject;
  for (const element of Object.keys(ignored)) delete stated[element.slice(2)];
  return stated;
}

const conflictsWith = (managers: readonly Manager[], { added, modified }: Comparison): Conflict[] =>
  managers.flatMap((manager) =>
    [...pathsOf(intersection(manager.fields, union(modified, added)))].map((path) => ({ manager, path })),
  );

/** The others, without what is changed or gone. */
function withoutChange(managers: readonly Manager[], { added, modified, removed }: Comparison): Manager[] {
  const changed = union(union(added, modified), removed);
  return managers.map((manager) => {
    const fields = difference(manager.fields, changed);
    return fields === manager.fields ? manager : { ...manager, fields };
  });
}

/** The conflicts that are not merely with what kubectl's client-side apply has put there. */
function unexplained(
  { live, definition, applied }: Apply,
  conflicts: readonly Conflict[],
): readonly Conflict[] {
  const explained = lastAppliedFields(live, applied.apiVersion, definition);
  return isEmptySet(explained) ? conflicts : conflicts.filter(({ path }) => !hasPath(explained, path));
}

function finish({ live, applied, manager }: Apply, { object, managers }: Outcome): KubernetesObject {
  const encoded = encodeManagers(managers);
  const result = object as unknown as KubernetesObject;
  if (live && result === live && deepEqual(encoded, live.metadata.managedFields)) return live;
  const { managedFields: _, ...metadata } = result.metadata;
  const owned = { ...result, metadata: encoded ? { ...metadata, managedFields: encoded } : metadata };
  return manager === KUBECTL ? withLastApplied(owned, applied) : owned;
}
