import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Job, Pod } from '../../generated/types.ts';
import { isFailed, isSucceeded } from '../../resources/pod/podPhase.ts';
import { waitsForTerminating } from './jobFacts.ts';

/**
 * A pod that failed, or that was deleted before it could end: an orphan of a lost node never reaches the Failed phase. With
 * `podReplacementPolicy: Failed` only the phase counts.
 */
export function countsAsFailed(job: Job, pod: Pod): boolean {
  if (isFailed(pod)) return true;
  return !waitsForTerminating(job) && isBeingDeleted(pod) && !isSucceeded(pod);
}
