import type { Pod } from '../../generated/types.ts';

/** The number that a pod of a StatefulSet has in its label. */
export function ordinalOf({ metadata }: Pod): number | undefined {
  const index = metadata.labels?.['apps.kubernetes.io/pod-index'];
  return index === undefined ? undefined : Number(index);
}
