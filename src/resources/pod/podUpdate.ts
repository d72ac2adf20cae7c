import { type FieldError, forbiddenField, invalidValue, required } from '../../apimachinery/fieldErrors.ts';
import type { Container, Pod, PodSpec } from '../../generated/types.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { checkGatedChanges, gatedSpec } from './gatedPodUpdate.ts';
import { checkPodForm } from './podValidation.ts';
import { checkOnlyRemovedGates } from './schedulingGatesUpdate.ts';
import { changedFields } from './specChange.ts';
import { checkOnlyAddedTolerations } from './tolerationsUpdate.ts';
import { checkAnnotationChanges } from './validation/annotations.ts';
import { checkImageSpaces } from './validation/containers.ts';

const LARGEST_INT32 = 2_147_483_647;
const UPDATABLE = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

/** What a user may change of a pod that exists (`ValidatePodUpdate`). */
export function validatePodUpdate(next: Pod, stored: Pod): FieldError[] {
  const errors: FieldError[] = [];
  checkPodForm(errors, next);
  const { annotations } = next.metadata;
  checkAnnotationChanges(errors, 'metadata.annotations', annotations, stored.metadata.annotations, next.spec);
  if (!checkImages(errors, 'spec.containers', next.spec.containers, stored.spec.containers)) return errors;
  const { initContainers = [] } = stored.spec;
  if (!checkImages(errors, 'spec.initContainers', next.spec.initContainers ?? [], initContainers))
    return errors;
  if (!checkDeadline(errors, next.spec, stored.spec)) return errors;
  checkOnlyAddedTolerations(errors, 'spec.tolerations', next.spec.tolerations, stored.spec.tolerations);
  checkOnlyRemovedGates(
    errors,
    'spec.schedulingGates',
    next.spec.schedulingGates,
    stored.spec.schedulingGates,
  );
  checkRest(errors, next.spec, stored.spec);
  return errors;
}

/** False when the lists cannot be compared further. */
function checkImages(
  errors: FieldError[],
  field: string,
  next: readonly Container[],
  stored: readonly Container[],
): boolean {
  if (next.length !== stored.length) {
    errors.push(forbiddenField(field, 'pod updates may not add or remove containers'));
    return false;
  }
  for (const [index, container] of next.entries()) {
    const path = `${field}[${index}]`;
    if (!container.image) errors.push(required(`${path}.image`));
    checkImageSpaces(errors, path, container);
  }
  return true;
}

/** A deadline may be set, and made shorter. False when it is wrong. */
function checkDeadline(errors: FieldError[], next: PodSpec, stored: PodSpec): boolean {
  const field = 'spec.activeDeadlineSeconds';
  const before = stored.activeDeadlineSeconds;
  const after = next.activeDeadlineSeconds;
  if (after === undefined) {
    if (before === undefined) return true;
    errors.push(invalidValue(field, null, 'must not update from a positive integer to nil value'));
    return true;
  }
  if (after < 0 || after > LARGEST_INT32) {
    errors.push(invalidValue(field, after, `must be between 0 and ${LARGEST_INT32}, inclusive`));
    return false;
  }
  if (before === undefined || after <= before) return true;
  errors.push(invalidValue(field, after, 'must be less than or equal to previous value'));
  return false;
}

function checkRest(errors: FieldError[], next: PodSpec, stored: PodSpec): void {
  if (semanticEqual(next, stored)) return;
  const isGated = (stored.schedulingGates?.length ?? 0) > 0;
  if (isGated) checkGatedChanges(errors, next, stored);
  const rest = withoutUpdatable(isGated ? gatedSpec(next, stored) : next, stored);
  if (semanticEqual(rest, stored)) return;
  const detail = `pod updates may not change fields other than ${UPDATABLE}\n${changedFields(stored, rest)}`;
  errors.push(forbiddenField('spec', detail));
}

/** The new spec with the stored values of all that may change. */
function withoutUpdatable(next: PodSpec, stored: PodSpec): PodSpec {
  const { terminationGracePeriodSeconds: before = 0 } = stored;
  const isRepaired = before < 0 && next.terminationGracePeriodSeconds === 1;
  return {
    ...next,
    containers: withImages(next.containers, stored.containers)!,
    initContainers: withImages(next.initContainers, stored.initContainers ?? []),
    activeDeadlineSeconds: stored.activeDeadlineSeconds,
    tolerations: stored.tolerations,
    schedulingGates: stored.schedulingGates,
    terminationGracePeriodSeconds: isRepaired ? before : next.terminationGracePeriodSeconds,
  };
}

const withImages = (next: Container[] | undefined, stored: readonly Container[]): Container[] | undefined =>
  next?.map((container, index) => ({ ...container, image: stored[index]!.image }));
