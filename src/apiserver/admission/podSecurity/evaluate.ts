import { baselineChecks } from './baseline.ts';
import type { Check, PodLike, Violation } from './check.ts';
import { type LevelVersion, minorOf } from './policy.ts';
import { OVERRIDDEN, restrictedChecks } from './restricted.ts';

/** What a pod does that the level forbids; `baseline` first, each level by the ids of its checks. */
export function violationsOf(pod: PodLike, wanted: LevelVersion): readonly Violation[] {
  if (wanted.level === 'privileged') return [];
  const minor = minorOf(wanted);
  const applies = ({ since = 0 }: Check) => since <= minor;
  const isRestricted = wanted.level === 'restricted';
  const baseline = inOrder(baselineChecks).filter(([id, check]) => {
    const other = OVERRIDDEN[id];
    return applies(check) && !(isRestricted && other !== undefined && applies(restrictedChecks[other]!));
  });
  const restricted = isRestricted ? inOrder(restrictedChecks).filter(([, check]) => applies(check)) : [];
  return [...baseline, ...restricted].flatMap(([, check]) => check.of(pod, minor) ?? []);
}

const inOrder = (checks: Readonly<Record<string, Check>>) =>
  Object.entries(checks).toSorted(([a], [b]) => (a < b ? -1 : 1));

export const detailOf = (violations: readonly Violation[]): string =>
  violations.map(({ reason, detail }) => `${reason} (${detail})`).join(', ');

export const reasonOf = (violations: readonly Violation[]): string =>
  violations.map(({ reason }) => reason).join(', ');
