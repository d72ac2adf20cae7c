import type { Pod } from '../../generated/types.ts';
import { isTerminal } from './podPhase.ts';

/** How long a pod may take to end, in seconds: what the request says, or else its own spec (`podStrategy.CheckGracefulDelete`). */
export function gracePeriodSecondsOf(pod: Pod, requested: number | undefined): number {
  const { spec } = pod;
  // Nothing runs of a pod that no node has.
  if (!spec?.nodeName || isTerminal(pod)) return 0;
  const seconds = requested ?? spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds;
}
