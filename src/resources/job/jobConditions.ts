import type { Job, JobCondition } from '../../generated/types.ts';
import { trueCondition } from '../conditions.ts';

/** The condition by which a job is over, `Complete` or `Failed`; undefined while it goes on. */
export const finishedCondition = (job: Job): JobCondition | undefined =>
  trueCondition(job, 'Complete') ?? trueCondition(job, 'Failed');

/** Complete or Failed: nothing is started any more. */
export const isFinished = (job: Job): boolean => finishedCondition(job) !== undefined;
