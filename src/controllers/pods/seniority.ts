import type { Pod } from '../../generated/types.ts';
import { byAge } from '../framework/age.ts';

/** A bound pod is senior to one that waits for the scheduler, then age decides (`podByCreationTimestampAndPhase`). */
export const bySeniority = (a: Pod, b: Pod): number =>
  Number(!a.spec.nodeName) - Number(!b.spec.nodeName) || byAge(a, b);
