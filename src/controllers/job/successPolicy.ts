import type { Job } from '../../generated/types.ts';
import { IndexSet } from './indexSet.ts';
import { completionsOf } from './jobFacts.ts';

/** The message of the first rule of `spec.successPolicy` that holds (KEP-3998). */
export function metSuccessPolicy(job: Job, succeeded: IndexSet): string | undefined {
  const rules = job.spec.successPolicy?.rules ?? [];
  const index = rules.findIndex((rule) => {
    const wanted = rule.succeededIndexes === undefined ? undefined : indexes(rule.succeededIndexes, job);
    const count = wanted ? wanted.filter((index) => succeeded.has(index)).length : succeeded.size;
    return count >= (rule.succeededCount ?? wanted?.length ?? Number.POSITIVE_INFINITY);
  });
  return index < 0 ? undefined : `Matched rules at index ${index}`;
}

function indexes(text: string, job: Job): number[] {
  const set = IndexSet.parse(text, completionsOf(job));
  return Array.from({ length: completionsOf(job) }, (_, index) => index).filter((index) => set.has(index));
}
