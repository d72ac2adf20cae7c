import { nameOf } from '../../apimachinery/object.ts';
import type { ControllerRevision, PodTemplateSpec, StatefulSet } from '../../generated/types.ts';
import { StatefulSets } from '../../resources/kinds.ts';
import { controllerReference } from '../framework/ownership.ts';
import { templateHash, templateTexts } from '../framework/templateHash.ts';
import type { Action } from './actions.ts';
import { type Revision, specOf } from './identity.ts';

const HASH_LABEL = 'controller.kubernetes.io/hash';
const DEFAULT_LIMIT = 10;

/** The revision that pods come from, the one that they are to become, and what makes the history say so. */
export interface Revisions {
  readonly current: Revision;
  readonly update: Revision;
  readonly actions: readonly Action[];
}

/** Finds or makes the revision of the present template (`getStatefulSetRevisions`). */
export function planRevisions(statefulSet: StatefulSet, held: readonly ControllerRevision[]): Revisions {
  const sorted = held.toSorted((a, b) => a.revision - b.revision);
  const newest = sorted.at(-1)?.revision ?? 0;
  const matching = sorted.findLast((revision) => isOfTemplate(revision, statefulSet));
  const { update, actions } = matching
    ? { update: matching, actions: renumbering(matching, newest) }
    : newRevision(statefulSet, sorted, newest + 1);
  const currentName = statefulSet.status?.currentRevision;
  const current = sorted.find((revision) => nameOf(revision) === currentName) ?? update;
  return { current: revisionOf(current), update: revisionOf(update), actions };
}

const renumbering = (revision: ControllerRevision, newest: number): Action[] =>
  revision.revision < newest ? [{ kind: 'renumberRevision', revision, number: newest + 1 }] : [];

function newRevision(
  statefulSet: StatefulSet,
  held: readonly ControllerRevision[],
  number: number,
): { update: ControllerRevision; actions: readonly Action[] } {
  const { template } = specOf(statefulSet);
  const hash = templateHash(template, statefulSet.status?.collisionCount);
  const name = `${nameOf(statefulSet)}-${hash}`;
  const update: ControllerRevision = {
    apiVersion: 'apps/v1',
    kind: 'ControllerRevision',
    metadata: {
      name,
      namespace: statefulSet.metadata.namespace!,
      labels: { ...template.metadata?.labels, [HASH_LABEL]: hash },
      ...(statefulSet.metadata.annotations && { annotations: { ...statefulSet.metadata.annotations } }),
      ownerReferences: [controllerReference(StatefulSets, statefulSet)],
    },
    // A strategic merge patch: what `kubectl rollout undo` sends to bring the template back.
    data: { spec: { template: { ...template, $patch: 'replace' } } },
    revision: number,
  };
  const isTaken = held.some((other) => nameOf(other) === name);
  return {
    update,
    actions: [isTaken ? { kind: 'countCollision' } : { kind: 'createRevision', revision: update }],
  };
}

/** Whether a revision holds the StatefulSet's present template. */
export const isOfTemplate = (revision: ControllerRevision, statefulSet: StatefulSet): boolean =>
  templateText(templateOf(revision)) === templateText(specOf(statefulSet).template);

const templateOf = ({ data }: ControllerRevision): PodTemplateSpec =>
  (data as { spec: { template: PodTemplateSpec } }).spec.template;

const plainTemplate = (template: PodTemplateSpec): PodTemplateSpec => {
  const { $patch: _, ...plain } = template as PodTemplateSpec & { $patch?: string };
  return plain;
};
const templateText = templateTexts(plainTemplate);

const revisionOf = (revision: ControllerRevision): Revision => ({
  name: nameOf(revision),
  template: plainTemplate(templateOf(revision)),
});

/** Old revisions beyond the limit go, oldest first; those that a pod is of stay (`truncateHistory`). */
export function surplusRevisions(
  statefulSet: StatefulSet,
  held: readonly ControllerRevision[],
  inUse: ReadonlySet<string>,
): readonly Action[] {
  const old = held.filter((revision) => !inUse.has(nameOf(revision)));
  const surplus = old.length - (specOf(statefulSet).revisionHistoryLimit ?? DEFAULT_LIMIT);
  if (surplus <= 0) return [];
  return old
    .toSorted((a, b) => a.revision - b.revision)
    .slice(0, surplus)
    .map((revision): Action => ({ kind: 'deleteRevision', revision }));
}
