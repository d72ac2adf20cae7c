import { nameOf } from '../../apimachinery/object.ts';
import type { ControllerRevision } from '../../generated/types.ts';
import { DaemonSets } from '../../resources/kinds.ts';
import { isOfTemplate, newRevision, REVISION_HASH_LABEL } from '../framework/revisions.ts';
import { templateHash } from '../framework/templateHash.ts';
import type { Action } from './actions.ts';
import type { Observed } from './observed.ts';

/** What has to be done so that the current template stands in the history as its newest revision. */
export interface History {
  /** The hash of the current template's revision. */
  readonly hash: string;
  readonly actions: readonly Action[];
}

/** Finds or makes the revision of the current template (upstream's `constructHistory`). */
export function planHistory(observed: Observed): History {
  const { hash, actions } = planRevision(observed);
  return { hash, actions: [...labelsThatLack(observed.revisions.held), ...actions] };
}

function planRevision(observed: Observed): History {
  const { daemonSet } = observed;
  const revisions = observed.revisions.held.toSorted((a, b) => a.revision - b.revision);
  const matching = revisions.filter((revision) => isOfTemplate(revision, daemonSet));
  const newestOld = revisions.findLast((revision) => !matching.includes(revision))?.revision ?? 0;
  const current = matching.at(-1);
  if (!current) return withNewRevision(observed, newestOld + 1);
  const duplicates = matching.slice(0, -1);
  return {
    hash: hashOf(current),
    actions: [
      // One that somebody gave the number of another, too, has to be told from it.
      ...(current.revision <= newestOld
        ? [{ kind: 'renumberRevision', revision: current, number: newestOld + 1 } as const]
        : []),
      ...duplicates.flatMap((revision) => mergeDuplicate(observed, revision, hashOf(current))),
    ],
  };
}

/** Duplicates come from a crash between two writes: their pods are told to belong to the one that is kept. */
const mergeDuplicate = ({ pods }: Observed, revision: ControllerRevision, hash: string): Action[] => [
  ...pods.held
    .filter((pod) => pod.metadata.labels?.[REVISION_HASH_LABEL] === hashOf(revision))
    .map((pod): Action => ({ kind: 'relabelPod', pod, revisionHash: hash })),
  { kind: 'deleteRevision', revision },
];

function withNewRevision({ daemonSet, revisions }: Observed, number: number): History {
  const hash = templateHash(daemonSet.spec.template, daemonSet.status?.collisionCount);
  const name = `${nameOf(daemonSet)}-${hash}`;
  if (revisions.held.some((other) => nameOf(other) === name))
    return { hash, actions: [{ kind: 'countCollision' }] };
  return {
    hash,
    actions: [{ kind: 'createRevision', revision: newRevision(DaemonSets, daemonSet, hash, number) }],
  };
}

/** Its label, or its name, which becomes the label of one that somebody took it from. */
const hashOf = (revision: ControllerRevision): string =>
  revision.metadata.labels?.[REVISION_HASH_LABEL] ?? nameOf(revision);

const labelsThatLack = (revisions: readonly ControllerRevision[]): Action[] =>
  revisions
    .filter(({ metadata }) => metadata.labels?.[REVISION_HASH_LABEL] === undefined)
    .map((revision) => ({ kind: 'labelRevision', revision, hash: hashOf(revision) }));

/** Old revisions beyond the limit go, oldest first; the current one and those of living pods stay. */
export function planHistoryCleanup(
  { daemonSet, revisions, pods }: Observed,
  currentHash: string,
): readonly Action[] {
  const living = new Set(pods.held.map((pod) => pod.metadata.labels?.[REVISION_HASH_LABEL]));
  const limit = daemonSet.spec.revisionHistoryLimit ?? 10;
  const old = revisions.held.filter((revision) => hashOf(revision) !== currentHash);
  const surplus = old.length - limit;
  if (surplus <= 0) return [];
  return old
    .filter((revision) => !living.has(hashOf(revision)))
    .toSorted((a, b) => a.revision - b.revision)
    .slice(0, surplus)
    .map((revision) => ({ kind: 'deleteRevision', revision }));
}
