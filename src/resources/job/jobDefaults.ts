import type { Job, JobSpec } from '../../generated/types.ts';
import { withTemplateDefaults } from '../podtemplate/templateDefaults.ts';

const DEFAULT_BACKOFF_LIMIT = 6;
const LARGEST_INT32 = 2_147_483_647;

/** What a Job gets that says nothing else (`SetDefaults_Job`). */
export function setJobDefaults(job: Job): void {
  job.spec ??= {} as JobSpec;
  const { spec, metadata } = job;
  spec.template = withTemplateDefaults(spec.template);
  // A Job with completions but no parallelism runs one after the other; with neither it runs once.
  if (spec.parallelism === undefined) {
    spec.completions ??= 1;
    spec.parallelism = 1;
  }
  spec.completionMode ??= 'NonIndexed';
  spec.suspend ??= false;
  // With a limit for each index there is none for all, unless it is said (KEP-3850).
  spec.backoffLimit ??= spec.backoffLimitPerIndex === undefined ? DEFAULT_BACKOFF_LIMIT : LARGEST_INT32;
  spec.podReplacementPolicy ??= spec.podFailurePolicy ? 'Failed' : 'TerminatingOrFailed';
  spec.manualSelector ??= false;
  for (const rule of spec.podFailurePolicy?.rules ?? []) {
    for (const pattern of rule.onPodConditions ?? []) pattern.status ||= 'True';
  }
  // The same object, for what is generated for the template is then the Job's too.
  if (Object.keys(metadata.labels ?? {}).length === 0) metadata.labels = spec.template.metadata.labels;
}
