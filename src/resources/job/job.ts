import type { Job } from '../../generated/types.ts';
import { Jobs } from '../kinds.ts';
import { hasNewSpec, podNameWarnings } from '../podtemplate/templateWarnings.ts';
import type { Resource } from '../resource.ts';
import { jobAnnotationWarnings } from './jobAnnotations.ts';
import { jobColumns } from './jobColumns.ts';
import { setJobDefaults } from './jobDefaults.ts';
import { generateSelector } from './jobLabels.ts';
import { jobSpecWarnings } from './jobSpecWarnings.ts';
import { validateJobStatusUpdate } from './jobStatusUpdate.ts';
import { validateJobUpdate } from './jobUpdate.ts';
import { validateJob } from './jobValidation.ts';

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
  orphansByDefault: {
    warning:
      'child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning',
  },
  warnings: (job, stored) => [
    ...(stored ? [] : podNameWarnings(job)),
    ...(hasNewSpec(job, stored) ? jobSpecWarnings('spec', job.spec) : []),
    ...jobAnnotationWarnings(job.metadata, 'metadata.annotations'),
  ],

  columns: jobColumns,
  selectableFields: { 'status.successful': ({ status }) => String(status?.succeeded ?? 0) },
};
