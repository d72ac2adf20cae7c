import type { Job } from '../../generated/types.ts';
import { IndexSet } from './indexSet.ts';
import { completionsOf } from './jobFacts.ts';

/** The message of the first rule of `spec.successPolicy` that holds (KEP-3998). */
export function metSuccessPolicy(job: Job, succeeded: IndexSet): string | undefined {
  const rules = job.spec.successPolicy?.rules ?? [];
  const index = rules.findIndex((rule) => {
    const wanted =
      rule.succeededIndexes === undefined
        ? undefined
        : IndexSet.parse(rule.succeededIndexes, completionsOf(job));
    const count = wanted ? wanted.intersection(succeeded).size : succeeded.size;
    return count >= (rule.succeededCount ?? wanted?.size ?? Number.POSITIVE_INFINITY);
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}
