import {
  type FieldError,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../../../apimachinery/fieldErrors.ts';
import type { AppArmorProfile, SeccompProfile } from '../../../generated/types.ts';
import { shownSeccompProfile } from '../../internalForm.ts';
import { checkLocalDescendingPath } from './paths.ts';

const TYPES = ['Localhost', 'RuntimeDefault', 'Unconfined'];
const LONGEST_PATH = 4095;

export function checkSeccompProfile(
  errors: FieldError[],
  field: string,
  profile: SeccompProfile | undefined,
): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  checkType(errors, `${field}.type`, type, 'type is required when seccompProfile is set');
  const path = `${field}.localhostProfile`;
  if (type === 'Localhost') {
    if (localhostProfile === undefined)
      errors.push(required(path, 'must be set when seccomp type is Localhost'));
    else checkLocalDescendingPath(errors, path, localhostProfile);
  } else if (localhostProfile !== undefined) {
    errors.push(
      invalidValue(path, shownSeccompProfile(profile), 'can only be set when seccomp type is Localhost'),
    );
  }
}

export function checkAppArmorProfile(
  errors: FieldError[],
  field: string,
  profile: AppArmorProfile | undefined,
): void {
  if (!profile) return;
  const { type, localhostProfile } = profile;
  checkType(errors, `${field}.type`, type, 'type is required when appArmorProfile is set');
  const path = `${field}.localhostProfile`;
  if (type === 'Localhost') checkLocalAppArmor(errors, path, localhostProfile);
  else if (localhostProfile !== undefined && TYPES.includes(type)) {
    errors.push(invalidValue(path, localhostProfile, 'can only be set when AppArmor type is Localhost'));
  }
}

function checkType(errors: FieldError[], field: string, type: string | undefined, whenMissing: string): void {
  if (!type) errors.push(required(field, whenMissing));
  else if (!TYPES.includes(type)) errors.push(notSupported(field, type, TYPES));
}

function checkLocalAppArmor(errors: FieldError[], field: string, profile: string | undefined): void {
  if (profile === undefined || profile === '') {
    errors.push(required(field, 'must be set when AppArmor type is Localhost'));
    return;
  }
  if (profile.trim() !== profile)
    errors.push(invalidValue(field, profile, 'must not be padded with whitespace'));
  if (Buffer.byteLength(profile) > LONGEST_PATH) errors.push(tooLong(field, LONGEST_PATH));
}
