import { isBeingDeleted } from '../../apimachinery/object.ts';
import type { Job } from '../../generated/types.ts';
import { rerunNumber } from '../../resources/job/jobAnnotations.ts';
import { isFinished } from '../../resources/job/jobConditions.ts';
import { inStages, type Plan } from '../framework/controller.ts';
import { RERUN_DONE, rerunOf } from './rerunOf.ts';

export type Action =
  | { readonly kind: 'createJob'; readonly rerun: Job }
  /** So that a rerun that is deleted does not come again. */
  | { readonly kind: 'noteRerun'; readonly number: string };

/** A job that has ended is run again once for each number that `sampan.dev/rerun` is set to. */
export function planRerun(job: Job): Plan<Action> {
  const number = rerunNumber(job);
  const isDone = job.metadata.annotations?.[RERUN_DONE] === number;
  if (number === undefined || isDone || !isFinished(job) || isBeingDeleted(job)) return inStages([]);
  return inStages<Action>([
    [{ kind: 'createJob', rerun: rerunOf(job, number) }],
    [{ kind: 'noteRerun', number }],
  ]);
}
