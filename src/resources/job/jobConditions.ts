import type { Job } from '../../generated/types.ts';

/** Whether the Job's status says so (`Complete`, `Failed`, `Suspended`, `FailureTarget`, `SuccessCriteriaMet`). */
export const hasJobCondition = ({ status }: Job, type: string): boolean =>
  status?.conditions?.some((condition) => condition.type === type && condition.status === 'True') ?? false;

export const isJobFinished = (job: Job): boolean =>
  hasJobCondition(job, 'Complete') || hasJobCondition(job, 'Failed');
