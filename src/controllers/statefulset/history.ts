import { nameOf } from '../../apimachinery/object.ts';
import type { ControllerRevision, PodTemplateSpec } from '../../generated/types.ts';
import { StatefulSets } from '../../resources/kinds.ts';
import { isOfTemplate, newRevision, templateOf } from '../framework/revisions.ts';
import { templateHash } from '../framework/templateHash.ts';
import type { Action } from './actions.ts';
import { revisionOfPod } from './identity.ts';
import type { Observed } from './observed.ts';

export interface Revision {
  readonly name: string;
  readonly template: PodTemplateSpec;
}

export interface History {
  /** Of pods that an update has not reached yet. */
  readonly current: Revision;
  /** Of the present template. */
  readonly update: Revision;
  readonly actions: readonly Action[];
}

/** Finds or makes the revision of the present template; undefined when its name is taken by another template's. */
export function planHistory(observed: Observed): History | undefined {
  const { statefulSet, revisions } = observed;
  const ordered = revisions.held.toSorted(
    (a, b) => a.revision - b.revision || (nameOf(a) < nameOf(b) ? -1 : 1),
  );
  const newest = ordered.at(-1);
  const found = ordered.findLast((revision) => isOfTemplate(revision, statefulSet));
  const wanted = found ?? made(observed, (newest?.revision ?? 0) + 1);
  if (!wanted) return undefined;
  const update = { name: nameOf(wanted), template: statefulSet.spec!.template };
  const current = ordered.find((revision) => nameOf(revision) === statefulSet.status?.currentRevision);
  const template = current && templateOf(current);
  return {
    update,
    current: template ? { name: nameOf(current), template } : update,
    actions: actionsFor(found, wanted, newest),
  };
}

function actionsFor(
  found: ControllerRevision | undefined,
  wanted: ControllerRevision,
  newest: ControllerRevision | undefined,
): Action[] {
  if (!found) return [{ kind: 'createRevision', revision: wanted }];
  // Gone back to: it becomes the newest again.
  return newest && found !== newest
    ? [{ kind: 'renumberRevision', revision: found, number: newest.revision + 1 }]
    : [];
}

function made({ statefulSet, revisions }: Observed, number: number): ControllerRevision | undefined {
  const hash = templateHash(statefulSet.spec!.template, statefulSet.status?.collisionCount || undefined);
  const revision = newRevision(StatefulSets, { ...statefulSet, spec: statefulSet.spec! }, hash, number);
  return revisions.held.some((other) => nameOf(other) === nameOf(revision)) ? undefined : revision;
}

/** Old revisions beyond the limit go, oldest first; those in use stay, and under a negative limit all. */
export function planHistoryCleanup(
  { statefulSet, pods, revisions }: Observed,
  { current, update }: History,
): readonly Action[] {
  const living = new Set([current.name, update.name, ...pods.held.map(revisionOfPod)]);
  const old = revisions.held
    .filter((revision) => !living.has(nameOf(revision)))
    .toSorted((a, b) => a.revision - b.revision);
  const limit = statefulSet.spec!.revisionHistoryLimit ?? 10;
  const surplus = limit < 0 ? 0 : Math.max(0, old.length - limit);
  return old.slice(0, surplus).map((revision) => ({ kind: 'deleteRevision', revision }));
}
