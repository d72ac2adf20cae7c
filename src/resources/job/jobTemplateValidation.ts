import { type FieldError, invalidValue, notSupported } from '../../apimachinery/fieldErrors.ts';
import type { JobTemplateSpec } from '../../generated/types.ts';
import { checkJobSpec } from './jobSpecValidation.ts';

/** What the Jobs of somebody will be; each gets a selector of its own. */
export function checkJobTemplate(errors: FieldError[], field: string, { spec }: JobTemplateSpec): void {
  checkJobSpec(errors, `${field}.spec`, spec!);
  if (spec!.selector) {
    errors.push(invalidValue(`${field}.spec.selector`, spec!.selector, '`selector` will be auto-generated'));
  }
  if (spec!.manualSelector) {
    errors.push(notSupported(`${field}.spec.manualSelector`, true, ['nil', 'false']));
  }
}
