import { type FieldError, forbiddenField } from '../../../apimachinery/fieldErrors.ts';
import type { AppArmorProfile, PodSpec, SeccompProfile } from '../../../generated/types.ts';
import { allContainers } from '../containers.ts';
import { APP_ARMOR_CONTAINER, LOCALHOST, SECCOMP_CONTAINER, SECCOMP_POD } from '../profileAnnotations.ts';

type Annotations = Readonly<Record<string, string>>;
type Profile = SeccompProfile | AppArmorProfile;

/** Where an annotation and a field speak of one seccomp profile, they say the same. `field` is the path of the spec. */
export function checkSeccompAnnotations(
  errors: FieldError[],
  field: string,
  annotations: Annotations = {},
  spec: PodSpec,
): void {
  const ofPod = spec.securityContext?.seccompProfile;
  checkSame(errors, `${field}.securityContext.seccompProfile`, 'seccomp', annotations[SECCOMP_POD], ofPod);
  for (const { container, field: path } of allContainers(spec, field)) {
    const annotation = annotations[SECCOMP_CONTAINER + container.name];
    const profile = container.securityContext?.seccompProfile;
    checkSame(errors, `${path}.securityContext.seccompProfile`, 'seccomp', annotation, profile);
  }
}

/** As for seccomp, of AppArmor, where a container without a profile of its own has the pod's. */
export function checkAppArmorAnnotations(
  errors: FieldError[],
  field: string,
  annotations: Annotations = {},
  spec: PodSpec,
): void {
  if (spec.os?.name === 'windows') return;
  for (const { container, field: path } of allContainers(spec, field)) {
    const annotation = annotations[APP_ARMOR_CONTAINER + container.name];
    const profile = container.securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    checkSame(errors, `${path}.securityContext.appArmorProfile`, 'apparmor', annotation, profile);
  }
}

function checkSame(
  errors: FieldError[],
  field: string,
  what: 'seccomp' | 'apparmor',
  annotation: string | undefined,
  profile: Profile | undefined,
): void {
  if (annotation === undefined || !profile) return;
  if (!isOfType(annotation, profile.type))
    errors.push(forbiddenField(`${field}.type`, `${what} type in annotation and field must match`));
  else if (profile.type === 'Localhost' && annotation !== LOCALHOST + (profile.localhostProfile ?? ''))
    errors.push(
      forbiddenField(`${field}.localhostProfile`, `${what} profile in annotation and field must match`),
    );
}

/** A type that there is not is told of elsewhere. */
function isOfType(annotation: string, type: string): boolean {
  if (type === 'Unconfined') return annotation === 'unconfined';
  if (type === 'RuntimeDefault') return annotation === 'runtime/default' || annotation === 'docker/default';
  return type !== 'Localhost' || annotation.startsWith(LOCALHOST);
}
