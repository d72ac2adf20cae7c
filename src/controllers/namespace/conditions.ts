import type { ResourceType } from '../../apimachinery/resourceType.ts';
import { type EpochMs, timestamp } from '../../clock/clock.ts';
import type { NamespaceCondition } from '../../generated/types.ts';

/** What is left of one collection in a namespace that is being deleted. */
export interface Remaining {
  readonly type: Pick<ResourceType, 'group' | 'plural'>;
  readonly count: number;
  /** How many of these carry each finalizer. */
  readonly finalizers: ReadonlyMap<string, number>;
}

/** What `kubectl describe namespace` shows of a deletion under way, in upstream's words. The same list when nothing has changed. */
export function deletionConditions(
  before: readonly NamespaceCondition[],
  remaining: readonly Remaining[],
  now: EpochMs,
): readonly NamespaceCondition[] {
  const told = [
    holds('DiscoveryFailure', false, 'ResourcesDiscovered', 'All resources successfully discovered'),
    holds(
      'GroupVersionParsingFailure',
      false,
      'ParsedGroupVersions',
      'All legacy kube types successfully parsed',
    ),
    holds(
      'ContentFailure',
      false,
      'ContentDeleted',
      'All content successfully deleted, may be waiting on finalization',
    ),
    contentRemaining(remaining),
    finalizersRemaining(remaining),
  ];
  const after = told.map((condition) => {
    const known = before.find(({ type }) => type === condition.type);
    const isSame = known?.status === condition.status && known.message === condition.message;
    return isSame ? known : { ...condition, lastTransitionTime: timestamp(now) };
  });
  return after.every((condition) => before.includes(condition)) ? before : after;
}

const holds = (name: string, isTrue: boolean, reason: string, message: string): NamespaceCondition => ({
  type: name.endsWith('Remaining') ? `Namespace${name}` : `NamespaceDeletion${name}`,
  status: isTrue ? 'True' : 'False',
  reason,
  message,
});

function contentRemaining(remaining: readonly Remaining[]): NamespaceCondition {
  const left = remaining.map(
    ({ type: { plural, group }, count }) => `${plural}.${group} has ${count} resource instances`,
  );
  return left.length === 0
    ? holds('ContentRemaining', false, 'ContentRemoved', 'All content successfully removed')
    : holds(
        'ContentRemaining',
        true,
        'SomeResourcesRemain',
        `Some resources are remaining: ${left.toSorted().join(', ')}`,
      );
}

function finalizersRemaining(remaining: readonly Remaining[]): NamespaceCondition {
  const counts = new Map<string, number>();
  for (const { finalizers } of remaining) {
    for (const [name, count] of finalizers) counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const left = Array.from(counts, ([name, count]) => `${name} in ${count} resource instances`);
  return left.length === 0
    ? holds(
        'FinalizersRemaining',
        false,
        'ContentHasNoFinalizers',
        'All content-preserving finalizers finished',
      )
    : holds(
        'FinalizersRemaining',
        true,
        'SomeFinalizersRemain',
        `Some content in the namespace has finalizers remaining: ${left.toSorted().join(', ')}`,
      );
}
