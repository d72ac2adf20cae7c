import type { Pod } from '../../generated/types.ts';

/** How long a pod may take to end, in seconds: what the request says, or else its own spec (`podStrategy.CheckGracefulDelete`). */
export function gracePeriodSecondsOf({ spec, status }: Pod, requested: number | undefined): number {
  const hasEnded = status?.phase === 'Succeeded' || status?.phase === 'Failed';
  // Nothing runs of a pod that no node has.
  if (!spec?.nodeName || hasEnded) return 0;
  const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}
