import type { FieldError } from '../../apimachinery/fieldErrors.ts';
import type { AppArmorProfile, Pod } from '../../generated/types.ts';
import { APP_ARMOR_ADVICE } from './annotationWarnings.ts';
import { allContainers } from './containers.ts';
import { APP_ARMOR_CONTAINER, LOCALHOST } from './profileAnnotations.ts';
import { checkAppArmorProfile } from './validation/profiles.ts';

/**
 * Writes what the annotations of a new pod say of AppArmor into the fields of containers that say nothing themselves (KEP-24), unless the
 * pod's own field says the same. Only the fields have an effect.
 */
export function fillAppArmorProfiles({ metadata, spec }: Pod, warn?: (text: string) => void): void {
  const { annotations } = metadata;
  if (!annotations || spec.os?.name === 'windows') return;
  const ofPod = spec.securityContext?.appArmorProfile;
  for (const { container } of allContainers(spec, 'spec')) {
    const key = APP_ARMOR_CONTAINER + container.name;
    if (!Object.hasOwn(annotations, key) || container.securityContext?.appArmorProfile) continue;
    const profile = profileOf(annotations[key]!);
    if (profile && ofPod && isSame(profile, ofPod)) continue;
    warn?.(`metadata.annotations[${key}]: ${APP_ARMOR_ADVICE}`);
    if (profile) container.securityContext = { ...container.securityContext, appArmorProfile: profile };
  }
}

/** None for an annotation that means no legal profile. */
function profileOf(annotation: string): AppArmorProfile | undefined {
  if (annotation === 'unconfined') return { type: 'Unconfined' };
  if (annotation === 'runtime/default') return { type: 'RuntimeDefault' };
  if (!annotation.startsWith(LOCALHOST)) return undefined;
  const profile = { type: 'Localhost', localhostProfile: annotation.slice(LOCALHOST.length) };
  const errors: FieldError[] = [];
  checkAppArmorProfile(errors, '', profile);
  return errors.length === 0 ? profile : undefined;
}

const isSame = (one: AppArmorProfile, other: AppArmorProfile): boolean =>
  one.type === other.type && one.localhostProfile === other.localhostProfile;
