import { type FieldError, forbiddenField, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import { dns1035Label } from '../../apimachinery/nameRules.ts';
import type { CustomResourceConversion } from '../../generated/types.ts';
import { checkWebhookClient } from '../admissionregistration/webhookClientValidation.ts';
import { checkNamed, checkSupported } from '../checks.ts';

/** The versions of `ConversionReview` that are spoken here. */
export const CONVERSION_REVIEW_VERSIONS = ['v1', 'v1beta1'];

/** How versions are converted (`validateCustomResourceConversion`). Fields are named as upstream's internal form has them. */
export function checkConversion(
  errors: FieldError[],
  field: string,
  { strategy, webhook }: CustomResourceConversion,
): void {
  checkSupported(errors, `${field}.strategy`, strategy, ['None', 'Webhook']);
  const client = `${field}.webhookClientConfig`;
  if (strategy === 'Webhook') {
    if (webhook?.clientConfig) checkWebhookClient(errors, client, webhook.clientConfig);
    else errors.push(required(client, 'required when strategy is set to Webhook'));
    checkVersions(errors, `${field}.conversionReviewVersions`, webhook?.conversionReviewVersions ?? []);
    return;
  }
  const detail = 'should not be set when strategy is not set to Webhook';
  if (webhook?.clientConfig) errors.push(forbiddenField(client, detail));
  if (webhook?.conversionReviewVersions?.length)
    errors.push(forbiddenField(`${field}.conversionReviewVersions`, detail));
}

function checkVersions(errors: FieldError[], field: string, versions: readonly string[]): void {
  const known = CONVERSION_REVIEW_VERSIONS.join(', ');
  if (versions.length === 0) {
    errors.push(required(field));
    return;
  }
  versions.forEach((version, index) => {
    if (versions.indexOf(version) < index)
      errors.push(invalidValue(`${field}[${index}]`, version, 'duplicate version'));
    else checkNamed(errors, `${field}[${index}]`, version, dns1035Label);
  });
  if (!versions.some((version) => CONVERSION_REVIEW_VERSIONS.includes(version)))
    errors.push(invalidValue(field, versions, `must include at least one of ${known}`));
}
