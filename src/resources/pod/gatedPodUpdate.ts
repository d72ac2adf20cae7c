import { type FieldError, invalidMap, invalidValue } from '../../apimachinery/fieldErrors.ts';
import type { NodeAffinity, NodeSelectorTerm, PodSpec } from '../../generated/types.ts';
import { shownNodeSelectorTerm } from '../internalForm.ts';
import { semanticEqual } from '../semanticEqual.ts';

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const AFFINITY_FIELD = `spec.affinity.nodeAffinity.${REQUIRED}`;

/** A pod that waits at a gate may still be told where to run, but only more narrowly (KEP-3838). */
export function checkGatedChanges(errors: FieldError[], next: PodSpec, stored: PodSpec): void {
  checkNodeSelector(errors, next.nodeSelector, stored.nodeSelector);
  checkNodeAffinity(errors, next.affinity?.nodeAffinity, stored.affinity?.nodeAffinity);
}

/** The new spec with the stored values of what a gated pod may change. */
export function gatedSpec(next: PodSpec, stored: PodSpec): PodSpec {
  const { nodeAffinity: _, ...otherAffinity } = next.affinity ?? {};
  const nodeAffinity = stored.affinity?.nodeAffinity;
  return {
    ...next,
    nodeSelector: stored.nodeSelector,
    affinity: nodeAffinity ? { ...otherAffinity, nodeAffinity } : otherAffinity,
  };
}

function checkNodeSelector(
  errors: FieldError[],
  next: Readonly<Record<string, string>> = {},
  stored: Readonly<Record<string, string>> = {},
): void {
  if (Object.keys(stored).every((key) => next[key] === stored[key])) return;
  const detail = 'only additions to spec.nodeSelector are allowed (no mutations or deletions)';
  errors.push(invalidMap('spec.nodeSelector', next, detail));
}

function checkNodeAffinity(
  errors: FieldError[],
  next: NodeAffinity | undefined,
  stored: NodeAffinity | undefined,
): void {
  const before = stored?.[REQUIRED]?.nodeSelectorTerms;
  if (!before || semanticEqual(next, stored)) return;
  const terms = next?.[REQUIRED]?.nodeSelectorTerms;
  const after = terms ?? [];
  if (after.length !== before.length) {
    const detail = 'no additions/deletions to non-empty NodeSelectorTerms list are allowed';
    errors.push(
      invalidValue(`${AFFINITY_FIELD}.nodeSelectorTerms`, terms?.map(shownNodeSelectorTerm) ?? null, detail),
    );
    return;
  }
  for (const [index, term] of after.entries()) checkTerm(errors, index, term, before[index]!);
}

function checkTerm(
  errors: FieldError[],
  index: number,
  next: NodeSelectorTerm,
  stored: NodeSelectorTerm,
): void {
  const field = `${AFFINITY_FIELD}.nodeSelectorTerms[${index}]`;
  const isEmpty = !stored.matchExpressions?.length && !stored.matchFields?.length;
  if (isEmpty ? semanticEqual(next, stored) : keeps(next, stored)) return;
  errors.push(
    invalidValue(
      field,
      shownNodeSelectorTerm(next),
      'only additions are allowed (no mutations or deletions)',
    ),
  );
}

const keeps = (next: NodeSelectorTerm, stored: NodeSelectorTerm): boolean =>
  (['matchExpressions', 'matchFields'] as const).every((list) =>
    (stored[list] ?? []).every((requirement, index) => semanticEqual(requirement, next[list]?.[index])),
  );
