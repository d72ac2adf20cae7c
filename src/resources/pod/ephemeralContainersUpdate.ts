import { type FieldError, forbiddenField } from '../../apimachinery/fieldErrors.ts';
import { goQuoted } from '../../apimachinery/goText.ts';
import type { Pod } from '../../generated/types.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { setContainerDefaults } from './containerDefaults.ts';
import { checkPodForm } from './podValidation.ts';
import { changedFields } from './specChange.ts';
import { checkAnnotationChanges, isMirrorPod } from './validation/annotations.ts';

const FIELD = 'spec.ephemeralContainers';

/** Leaves of what was sent only the ephemeral containers (KEP-277), with their defaults. */
export function prepareEphemeralContainersUpdate(next: Pod, stored: Pod): void {
  const { ephemeralContainers } = next.spec ?? {};
  for (const container of ephemeralContainers ?? []) setContainerDefaults(container);
  next.spec = { ...stored.spec, ephemeralContainers };
  next.status = stored.status;
}

/** Ephemeral containers may be added; they are never changed or removed. */
export function validateEphemeralContainersUpdate(next: Pod, stored: Pod): FieldError[] {
  if (isMirrorPod(stored.metadata.annotations)) {
    return [forbiddenField('[]', 'static pods do not support ephemeral containers')];
  }
  const errors: FieldError[] = [];
  checkPodForm(errors, next);
  const { annotations } = next.metadata;
  checkAnnotationChanges(errors, 'metadata.annotations', annotations, stored.metadata.annotations, next.spec);
  const byName = new Map(next.spec.ephemeralContainers?.map((container) => [container.name, container]));
  for (const old of stored.spec.ephemeralContainers ?? []) {
    const what = `existing ephemeral containers ${goQuoted(old.name)} may not be`;
    const now = byName.get(old.name);
    if (!now) errors.push(forbiddenField(FIELD, `${what} removed\n`));
    else if (!semanticEqual(old, now)) {
      errors.push(forbiddenField(FIELD, `${what} changed\n${changedFields(old, now)}`));
    }
  }
  return errors;
}
