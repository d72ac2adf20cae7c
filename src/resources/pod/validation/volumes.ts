import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import type { Volume } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';
import type { Volumes } from './mounts.ts';
import { type SourceName, VOLUME_SOURCES } from './volumeSources.ts';

const SOURCE_NAMES = Object.keys(VOLUME_SOURCES) as SourceName[];

/** Checks the volumes and returns those that are right. `podName` is empty in a template. */
export function checkVolumes(
  errors: FieldError[],
  field: string,
  volumes: readonly Volume[] | undefined,
  podName: string,
): Volumes {
  const right = new Map<string, Volume>();
  for (const [index, volume] of (volumes ?? []).entries()) {
    const before = errors.length;
    const path = `${field}[${index}]`;
    checkSource(errors, path, volume, podName);
    if (!volume.name) errors.push(required(`${path}.name`));
    else checkNamed(errors, `${path}.name`, volume.name, dns1123Label);
    if (right.has(volume.name)) errors.push(duplicate(`${path}.name`, volume.name));
    if (errors.length === before) right.set(volume.name, volume);
    if (podName) checkClaimIsNotCreated(errors, path, volume, volumes!, podName);
  }
  return right;
}

function checkSource(errors: FieldError[], field: string, volume: Volume, podName: string): void {
  const [first, ...others] = SOURCE_NAMES.filter((name) => volume[name] !== undefined);
  if (!first) {
    errors.push(required(field, 'must specify a volume type'));
    return;
  }
  VOLUME_SOURCES[first](errors, `${field}.${first}`, volume);
  for (const other of others) {
    errors.push(forbiddenField(`${field}.${other}`, 'may not specify more than 1 volume type'));
  }
  if (volume.ephemeral && podName && volume.name) checkClaimName(errors, field, volume.name, podName);
}

function checkClaimName(errors: FieldError[], field: string, volumeName: string, podName: string): void {
  const claim = `${podName}-${volumeName}`;
  for (const problem of dns1123Subdomain(claim)) {
    errors.push(invalidValue(`${field}.name`, volumeName, `PVC name ${JSON.stringify(claim)}: ${problem}`));
  }
}

function checkClaimIsNotCreated(
  errors: FieldError[],
  field: string,
  { persistentVolumeClaim }: Volume,
  volumes: readonly Volume[],
  podName: string,
): void {
  const claim = persistentVolumeClaim?.claimName;
  if (!claim || !volumes.some(({ ephemeral, name }) => ephemeral && `${podName}-${name}` === claim)) return;
  const detail = 'must not reference a PVC that gets created for an ephemeral volume';
  errors.push(invalidValue(`${field}.persistentVolumeClaim.claimName`, claim, detail));
}
