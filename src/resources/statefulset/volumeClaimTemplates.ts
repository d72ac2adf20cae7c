import { type FieldError, required } from '../../apimachinery/fieldErrors.ts';
import { dns1123Label } from '../../apimachinery/nameRules.ts';
import type { PersistentVolumeClaim } from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';
import { checkClaimSpec } from '../claimSpec.ts';

/** The claims that pods would get, were they made. */
export function checkVolumeClaimTemplates(
  errors: FieldError[],
  field: string,
  claims: readonly PersistentVolumeClaim[] = [],
): void {
  for (const [index, { metadata, spec = {} }] of claims.entries()) {
    const path = `${field}[${index}]`;
    if (metadata?.name) checkNamed(errors, `${path}.metadata.name`, metadata.name, dns1123Label);
    else errors.push(required(`${path}.metadata.name`));
    checkClaimSpec(errors, `${path}.spec`, spec);
  }
}
