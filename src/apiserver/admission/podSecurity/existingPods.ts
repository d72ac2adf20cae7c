import { nameOf } from '../../../apimachinery/object.ts';
import type { Pod } from '../../../generated/types.ts';
import { reasonOf, violationsOf } from './evaluate.ts';
import { type LevelVersion, policyText } from './policy.ts';

const MOST_PODS = 3000;

/** What is told of pods that are there when their namespace begins to want another level of them. */
export function existingPodWarnings(
  namespace: string,
  wanted: LevelVersion,
  pods: readonly Pod[],
): readonly string[] {
  const checked = pods.slice(0, MOST_PODS);
  const byReason = Map.groupBy(checked, (pod) => reasonOf(violationsOf(pod, wanted)));
  byReason.delete('');
  const cut = `new PodSecurity enforce level only checked against the first ${checked.length} of ${pods.length} existing pods`;
  const level = JSON.stringify(policyText(wanted));
  const summary = `existing pods in namespace ${JSON.stringify(namespace)} violate the new PodSecurity enforce level ${level}`;
  return [
    ...(checked.length < pods.length ? [cut] : []),
    ...(byReason.size > 0 ? [summary] : []),
    ...[...byReason].map(([reason, those]) => `${podsText(those)}: ${reason}`).sort(),
  ];
}

/** `a`, `a (and 1 other pod)`. */
function podsText(pods: readonly Pod[]): string {
  const [first] = pods.map(nameOf).sort();
  const others = pods.length - 1;
  return others === 0 ? first! : `${first} (and ${others} other ${others === 1 ? 'pod' : 'pods'})`;
}
