import { type FieldError, forbiddenField } from '../../../apimachinery/fieldErrors.ts';
import { validateAnnotations, validateLabels } from '../../../apimachinery/validation.ts';
import type { ObjectMeta, PersistentVolumeClaimTemplate } from '../../../generated/types.ts';
import { checkClaimSpec } from '../../claimSpec.ts';

/** All of an object's metadata but labels and annotations; upstream's paths make `uID` of its `UID`. */
const NOT_IN_TEMPLATES: readonly (readonly [keyof ObjectMeta, string])[] = [
  ['name', 'name'],
  ['generateName', 'generateName'],
  ['namespace', 'namespace'],
  ['selfLink', 'selfLink'],
  ['uid', 'uID'],
  ['resourceVersion', 'resourceVersion'],
  ['generation', 'generation'],
  ['creationTimestamp', 'creationTimestamp'],
  ['deletionTimestamp', 'deletionTimestamp'],
  ['deletionGracePeriodSeconds', 'deletionGracePeriodSeconds'],
  ['ownerReferences', 'ownerReferences'],
  ['finalizers', 'finalizers'],
  ['managedFields', 'managedFields'],
];

/** The claim that is made for a pod, and named after it (`ValidatePersistentVolumeClaimTemplate`). */
export function checkClaimTemplate(
  errors: FieldError[],
  field: string,
  { metadata = {}, spec }: PersistentVolumeClaimTemplate,
): void {
  errors.push(...validateAnnotations(metadata.annotations, `${field}.metadata.annotations`));
  errors.push(...validateLabels(metadata.labels, `${field}.metadata.labels`));
  for (const [name, shown] of NOT_IN_TEMPLATES) {
    if (metadata[name]) errors.push(forbiddenField(`${field}.metadata.${shown}`, 'cannot be set'));
  }
  checkClaimSpec(errors, `${field}.spec`, spec ?? {});
}
