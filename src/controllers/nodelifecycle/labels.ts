import type { Node } from '../../generated/types.ts';

/** Labels that had another name before they were stable, which goes on saying the same. */
const OLD_NAMES: readonly (readonly [stable: string, old: string])[] = [
  ['kubernetes.io/os', 'beta.kubernetes.io/os'],
  ['kubernetes.io/arch', 'beta.kubernetes.io/arch'],
];

/** The labels under old names that a node lacks, or that say other than the stable ones. */
export function staleLabels({ metadata: { labels = {} } }: Node): Record<string, string> {
  const stale: Record<string, string> = {};
  for (const [stable, old] of OLD_NAMES) {
    const value = labels[stable];
    if (value !== undefined && labels[old] !== value) stale[old] = value;
  }
  return stale;
}
