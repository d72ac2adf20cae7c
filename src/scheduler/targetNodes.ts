import type { NodeSelectorTerm, Pod } from '../generated/types.ts';

/**
 * The only nodes that required node affinity leaves by name; undefined when it names none. A DaemonSet's pods name one each, so
 * that the others need not be looked at.
 */
export function targetNodesOf({ spec }: Pod): ReadonlySet<string> | undefined {
  const required = spec.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (!required || required.nodeSelectorTerms.length === 0) return undefined;
  const targets = new Set<string>();
  for (const term of required.nodeSelectorTerms) {
    const names = namesIn(term);
    if (!names) return undefined;
    for (const name of names) targets.add(name);
  }
  return targets;
}

const namesIn = ({ matchFields = [] }: NodeSelectorTerm): readonly string[] | undefined =>
  matchFields.find(({ key, operator }) => key === 'metadata.name' && operator === 'In')?.values;
