import type { EpochMs } from '../../clock/clock.ts';
import type { Job } from '../../generated/types.ts';
import { humanDuration } from '../columns/age.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { hasTrueCondition } from '../conditions.ts';
import { wideColumns } from '../podtemplate/templateColumns.ts';
import type { Column } from '../resource.ts';

function statusText(job: Job): string {
  if (hasTrueCondition(job, 'Complete')) return 'Complete';
  if (hasTrueCondition(job, 'Failed')) return 'Failed';
  if (job.metadata.deletionTimestamp) return 'Terminating';
  if (hasTrueCondition(job, 'Suspended')) return 'Suspended';
  if (hasTrueCondition(job, 'FailureTarget')) return 'FailureTarget';
  return hasTrueCondition(job, 'SuccessCriteriaMet') ? 'SuccessCriteriaMet' : 'Running';
}

/** `0/3`; of a work queue, whose pods find out themselves when all is done, `0/1 of 3`. */
export function completionsText({ spec, status }: Pick<Job, 'spec' | 'status'>): string {
  const succeeded = status?.succeeded ?? 0;
  if (spec?.completions !== undefined) return `${succeeded}/${spec.completions}`;
  const parallelism = spec?.parallelism ?? 0;
  return parallelism > 1 ? `${succeeded}/1 of ${parallelism}` : `${succeeded}/1`;
}

function durationText({ status }: Job, now: EpochMs): string {
  if (!status?.startTime) return '';
  const end = status.completionTime ? Date.parse(status.completionTime) : now;
  return humanDuration(end - Date.parse(status.startTime));
}

export const jobColumns: readonly Column<Job>[] = [
  nameColumn,
  { name: 'Status', type: 'string', description: 'Status of the job.', cell: statusText },
  {
    name: 'Completions',
    type: 'string',
    description: 'The number of pods that have succeeded, of those that must.',
    cell: completionsText,
  },
  { name: 'Duration', type: 'string', description: 'Time required to complete the job.', cell: durationText },
  ageColumn,
  ...wideColumns<Job>(
    ({ spec }) => spec?.template,
    ({ spec }) => spec?.selector,
  ),
];
