import { type FieldError, forbiddenField, invalidValue } from '../../../apimachinery/fieldErrors.ts';
import { goQuoted } from '../../../apimachinery/goText.ts';
import type { PodSpec } from '../../../generated/types.ts';
import { allContainers } from '../containers.ts';
import { APP_ARMOR_CONTAINER, LOCALHOST, SECCOMP_CONTAINER, SECCOMP_POD } from '../profileAnnotations.ts';
import { checkLocalDescendingPath } from './paths.ts';

type Annotations = Readonly<Record<string, string>>;

const MIRROR = 'kubernetes.io/config.mirror';
const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const SECCOMP_PROFILES = ['runtime/default', 'docker/default', 'unconfined'];
const APP_ARMOR_PROFILES = ['', 'runtime/default', 'unconfined'];

export const isMirrorPod = (annotations: Annotations | undefined): boolean =>
  annotations?.[MIRROR] !== undefined;

/** Annotations that mean something to the kubelet or to a controller (`ValidatePodSpecificAnnotations`, in its order). */
export function checkPodAnnotations(
  errors: FieldError[],
  field: string,
  annotations: Annotations | undefined,
  spec: PodSpec,
): void {
  if (!annotations) return;
  const { [MIRROR]: mirror, [DELETION_COST]: cost, [SECCOMP_POD]: profile } = annotations;
  if (mirror !== undefined && !spec.nodeName) {
    const detail = 'must set spec.nodeName if mirror pod annotation is set';
    errors.push(invalidValue(`${field}[${MIRROR}]`, mirror, detail));
  }
  if (cost !== undefined) checkDeletionCost(errors, `${field}[${DELETION_COST}]`, cost);
  if (profile !== undefined) checkSeccomp(errors, `${field}.${SECCOMP_POD}`, profile);
  for (const key in annotations) {
    if (key.startsWith(SECCOMP_CONTAINER)) checkSeccomp(errors, `${field}.${key}`, annotations[key]!);
  }
  for (const key in annotations) {
    if (key.startsWith(APP_ARMOR_CONTAINER))
      checkAppArmor(errors, `${field}[${key}]`, key, annotations[key]!, spec);
  }
}

/** Only the canonical form: no plus sign, no leading zero. */
function checkDeletionCost(errors: FieldError[], field: string, value: string): void {
  const cost = Number(value);
  if (/^(0|-?[1-9]\d{0,9}|-0\d{0,9})$/.test(value) && cost === (cost | 0)) return;
  errors.push(invalidValue(field, value, 'must be a 32bit integer'));
}

function checkSeccomp(errors: FieldError[], field: string, profile: string): void {
  if (SECCOMP_PROFILES.includes(profile)) return;
  if (profile.startsWith(LOCALHOST)) {
    checkLocalDescendingPath(errors, field, profile.slice(LOCALHOST.length));
  } else errors.push(invalidValue(field, profile, 'must be a valid seccomp profile'));
}

function checkAppArmor(
  errors: FieldError[],
  field: string,
  key: string,
  profile: string,
  spec: PodSpec,
): void {
  const name = key.slice(APP_ARMOR_CONTAINER.length);
  const isKnown = [...allContainers(spec, '')].some(({ container }) => container.name === name);
  if (!isKnown) errors.push(invalidValue(field, name, 'container not found'));
  if (APP_ARMOR_PROFILES.includes(profile) || profile.startsWith(LOCALHOST)) return;
  errors.push(invalidValue(field, profile, `invalid AppArmor profile name: ${goQuoted(profile)}`));
}

/** Some annotations are settled when the pod is created, and what others may say is looked at again. */
export function checkAnnotationChanges(
  errors: FieldError[],
  field: string,
  next: Annotations = {},
  stored: Annotations = {},
  spec: PodSpec,
): void {
  for (const key in stored) {
    if (next[key] !== stored[key]) refuseChange(errors, field, key, 'remove or update');
  }
  for (const key in next) if (!Object.hasOwn(stored, key)) refuseChange(errors, field, key, 'add');
  checkPodAnnotations(errors, field, next, spec);
}

function refuseChange(errors: FieldError[], field: string, key: string, verb: string): void {
  const path = `${field}[${key}]`;
  if (key.startsWith(APP_ARMOR_CONTAINER))
    errors.push(forbiddenField(path, `may not ${verb} AppArmor annotations`));
  if (key === MIRROR) errors.push(forbiddenField(path, `may not ${verb} mirror pod annotation`));
}
