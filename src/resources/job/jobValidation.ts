import { type FieldError, invalidMap, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import type { Selector } from '../../apimachinery/labels.ts';
import { dns1123Label } from '../../apimachinery/nameRules.ts';
import { nameOf, uidOf } from '../../apimachinery/object.ts';
import { validateLabelSelector } from '../../apimachinery/validation.ts';
import type { Job } from '../../generated/types.ts';
import { checkSelectsTemplate, compiledSelector } from '../podtemplate/templateValidation.ts';
import { expectedLabels } from './jobLabels.ts';
import { checkJobSpec } from './jobSpecValidation.ts';

/** What is wrong with a Job, a new one unless `stored` is given (`ValidateJob`). */
export function validateJob(job: Job, stored?: Job): FieldError[] {
  const errors: FieldError[] = [];
  const compiled = compiledSelector(job.spec!.selector);
  if (!job.spec!.manualSelector) checkGenerated(errors, job, expectedLabels(job, stored), compiled);
  checkForm(errors, job, compiled);
  checkPodHostnames(errors, job);
  return errors;
}

function checkForm(errors: FieldError[], { spec }: Job, compiled: Selector | undefined): void {
  checkJobSpec(errors, 'spec', spec!);
  const { selector, template } = spec!;
  if (!selector) errors.push(required('spec.selector'));
  else errors.push(...validateLabelSelector(selector, 'spec.selector'));
  checkSelectsTemplate(errors, 'spec.template', compiled, template);
}

/** Who leaves the selector to the server must not have taken its labels for something else. */
function checkGenerated(
  errors: FieldError[],
  job: Job,
  expected: Record<string, string>,
  compiled: Selector | undefined,
): void {
  const { selector, template } = job.spec!;
  if (!selector) return;
  if (!uidOf(job)) errors.push(required('metadata.uid'));
  const { labels = {} } = template.metadata;
  for (const key in expected) {
    const field = `spec.template.metadata.labels[${key}]`;
    const detail = `must be '${expected[key]}'`;
    if (labels[key] === undefined) errors.push(required(field, detail));
    else if (labels[key] !== expected[key]) errors.push(invalidMap(field, labels, detail));
  }
  if (!compiled || compiled.matches(expected)) return;
  errors.push(invalidValue('spec.selector', selector, '`selector` not auto-generated'));
}

/** The pods of an indexed Job are called by name and index, which must make a DNS label. */
function checkPodHostnames(errors: FieldError[], job: Job): void {
  const { completionMode, completions = 0 } = job.spec!;
  if (completionMode !== 'Indexed' || completions <= 0) return;
  const last = `${nameOf(job)}-${completions - 1}`;
  if (dns1123Label(last).length === 0) return;
  const detail = `will not able to create pod with invalid DNS label: ${last}`;
  errors.push(invalidValue('metadata.name', nameOf(job), detail));
}
