import { type FieldError, invalidValue, notSupported, required } from '../../apimachinery/fieldErrors.ts';
import { dns1123Label } from '../../apimachinery/nameRules.ts';
import { milliValue, parseQuantity } from '../../apimachinery/quantity.ts';
import type { PersistentVolumeClaim } from '../../generated/types.ts';
import { checkNamed } from '../checks.ts';

const ACCESS_MODES = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const MODES = ['Block', 'Filesystem'];

/** The claims that pods would get, were they made (`ValidatePersistentVolumeClaimSpec`, of it what claims here can have). */
export function checkVolumeClaimTemplates(
  errors: FieldError[],
  field: string,
  claims: readonly PersistentVolumeClaim[] = [],
): void {
  for (const [index, claim] of claims.entries()) checkClaim(errors, `${field}[${index}]`, claim);
}

function checkClaim(
  errors: FieldError[],
  field: string,
  { metadata, spec = {} }: PersistentVolumeClaim,
): void {
  if (metadata?.name) checkNamed(errors, `${field}.metadata.name`, metadata.name, dns1123Label);
  else errors.push(required(`${field}.metadata.name`));
  const { accessModes = [], resources, volumeMode } = spec;
  if (accessModes.length === 0)
    errors.push(required(`${field}.spec.accessModes`, 'at least 1 access mode is required'));
  for (const mode of accessModes) {
    if (!ACCESS_MODES.includes(mode))
      errors.push(notSupported(`${field}.spec.accessModes`, mode, ACCESS_MODES));
  }
  const storage = resources?.requests?.storage;
  if (storage === undefined) errors.push(required(`${field}.spec.resources[storage]`));
  else if (milliValue(parseQuantity(storage)) <= 0)
    errors.push(invalidValue(`${field}.spec.resources[storage]`, storage, 'must be greater than zero'));
  if (volumeMode && !MODES.includes(volumeMode))
    errors.push(notSupported(`${field}.spec.volumeMode`, volumeMode, MODES));
}
