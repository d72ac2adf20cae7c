import type { Job, SuccessPolicyRule } from '../../generated/types.ts';
import { IndexSet } from './indexSet.ts';
import { completionsOf } from './jobFacts.ts';

/** The message of the first rule of `spec.successPolicy` that holds (KEP-3998). Before the first success none does, whatever it asks for. */
export function metSuccessPolicy(job: Job, succeeded: IndexSet): string | undefined {
  if (succeeded.size === 0) return undefined;
  const rules = job.spec.successPolicy?.rules ?? [];
  const index = rules.findIndex((rule) => isMet(rule, completionsOf(job), succeeded));
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

/** Of the indexes that a rule names, those that the job still has; all of them are enough, though it may count on more. */
function isMet(
  { succeededIndexes, succeededCount }: SuccessPolicyRule,
  completions: number,
  succeeded: IndexSet,
): boolean {
  if (succeededIndexes === undefined) return succeededCount !== undefined && succeeded.size >= succeededCount;
  const wanted = IndexSet.parse(succeededIndexes, completions);
  if (wanted.size === 0) return false;
  return wanted.intersection(succeeded).size >= Math.min(wanted.size, succeededCount ?? wanted.size);
}
