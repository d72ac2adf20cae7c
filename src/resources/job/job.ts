import type { Job } from '../../generated/types.ts';
import { Jobs } from '../kinds.ts';
import { podNameWarnings, templateWarnings } from '../podtemplate/templateWarnings.ts';
import type { Resource } from '../resource.ts';
import { jobAnnotationWarnings } from './jobAnnotations.ts';
import { jobColumns } from './jobColumns.ts';
import { setJobDefaults } from './jobDefaults.ts';
import { generateSelector } from './jobLabels.ts';
import { validateJobStatusUpdate } from './jobStatusUpdate.ts';
import { validateJobUpdate } from './jobUpdate.ts';
import { validateJob } from './jobValidation.ts';

const MANY_COMPLETIONS = 100_000;
const MUCH_PARALLELISM = 10_000;

export const jobs: Resource<Job> = {
  ...Jobs,
  singular: 'job',
  categories: ['all'],
  subresources: { status: true },
  hasGeneration: true,

  setDefaults: setJobDefaults,
  prepareCreate(job) {
    if (!job.spec!.manualSelector) generateSelector(job);
    job.status = {};
  },
  validate: validateJob,
  validateUpdate: validateJobUpdate,
  validateStatusUpdate: validateJobStatusUpdate,
  warnings: (job, stored) => [
    ...(stored ? [] : podNameWarnings(job)),
    ...trackingWarnings(job),
    ...jobAnnotationWarnings(job.metadata, 'metadata.annotations'),
    ...templateWarnings('spec.template', job.spec?.template, stored?.spec?.template),
  ],

  columns: jobColumns,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
};

function trackingWarnings({ spec }: Job): string[] {
  const { completionMode, completions = 0, parallelism = 0 } = spec ?? {};
  if (completionMode !== 'Indexed' || completions <= MANY_COMPLETIONS || parallelism <= MUCH_PARALLELISM)
    return [];
  return [
    'spec.parallelism: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
  ];
}
