import type { Pod } from '../../generated/types.ts';
import { isReady } from '../../resources/conditions.ts';
import { byAge } from '../framework/age.ts';

/** Unassigned before assigned, pending before running, not ready before ready. */
export const leastStarted = (a: Pod, b: Pod): number =>
  Number(Boolean(a.spec.nodeName)) - Number(Boolean(b.spec.nodeName)) ||
  phaseRank(a) - phaseRank(b) ||
  Number(isReady(a)) - Number(isReady(b));

/** Of pods equally far along, younger before older (`ActivePods`). */
export const leastFarAlong = (a: Pod, b: Pod): number => leastStarted(a, b) || byAge(b, a);

const phaseRank = (pod: Pod) => ['Pending', 'Unknown', 'Running'].indexOf(pod.status?.phase ?? 'Pending');
