import { type FieldError, forbiddenField, invalidValue } from '../../apimachinery/fieldErrors.ts';
import { nameOf } from '../../apimachinery/object.ts';
import type { DaemonJob } from '../../generated/types.ts';
import { checkIntOrPercent } from '../checks.ts';
import { checkJobTemplate } from '../job/jobTemplateValidation.ts';

/** A Job's name has room for 63 letters, eleven of which tell its node. */
const LONGEST_NAME = 52;

/** What is wrong with a DaemonJob, new or changed: all of its spec may change. */
export function validateDaemonJob(daemonJob: DaemonJob): FieldError[] {
  const errors: FieldError[] = [];
  const { jobTemplate, maxParallel } = daemonJob.spec;
  if (Buffer.byteLength(nameOf(daemonJob)) > LONGEST_NAME) {
    const detail = `must be no more than ${LONGEST_NAME} characters`;
    errors.push(invalidValue('metadata.name', nameOf(daemonJob), detail));
  }
  checkJobTemplate(errors, 'spec.jobTemplate', jobTemplate);
  if (jobTemplate.spec?.ttlSecondsAfterFinished !== undefined) {
    const field = 'spec.jobTemplate.spec.ttlSecondsAfterFinished';
    errors.push(forbiddenField(field, 'a node whose Job is gone would have it run again'));
  }
  if (maxParallel !== undefined) {
    checkIntOrPercent(errors, 'spec.maxParallel', maxParallel);
    if (/^0%?$/.test(String(maxParallel)))
      errors.push(invalidValue('spec.maxParallel', maxParallel, 'must be greater than 0'));
  }
  return errors;
}
