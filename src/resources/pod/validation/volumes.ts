import {
  duplicate,
  type FieldError,
  forbiddenField,
  invalidValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { goQuoted } from '../../../apimachinery/goText.ts';
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import type { ISCSIVolumeSource, Volume } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';
import type { Volumes } from './mounts.ts';
import { type SourceName, VOLUME_SOURCES } from './volumeSources.ts';

const SOURCE_NAMES = Object.keys(VOLUME_SOURCES) as SourceName[];
const LONGEST_PORTAL = 64;

/** Upstream's paths do not always spell a source as the API does. */
const CHECKED_AS: Partial<Record<SourceName, string>> = { gcePersistentDisk: 'persistentDisk' };
const FORBIDDEN_AS: Partial<Record<SourceName, string>> = { cephfs: 'cephFS', downwardAPI: 'downwarAPI' };

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
  const first = onlySource(volume) ?? SOURCE_NAMES.find((name) => volume[name] !== undefined);
  if (!first) {
    errors.push(required(field, 'must specify a volume type'));
    return;
  }
  VOLUME_SOURCES[first](errors, `${field}.${CHECKED_AS[first] ?? first}`, volume);
  if (!onlySource(volume)) forbidOthers(errors, field, volume, first);
  if (volume.iscsi) checkPortal(errors, `${field}.name`, volume.name, volume.iscsi);
  if (first === 'ephemeral' && podName && volume.name) checkClaimName(errors, field, volume.name, podName);
}

/** The source of a volume that has no more than one, as nearly all have. */
function onlySource(volume: Volume): SourceName | undefined {
  let only: SourceName | undefined;
  for (const key in volume) {
    if (key === 'name' || volume[key as SourceName] === undefined) continue;
    if (only) return undefined;
    only = key as SourceName;
  }
  return only;
}

function forbidOthers(errors: FieldError[], field: string, volume: Volume, first: SourceName): void {
  for (const name of SOURCE_NAMES) {
    if (name === first || volume[name] === undefined) continue;
    const detail = 'may not specify more than 1 volume type';
    errors.push(forbiddenField(`${field}.${FORBIDDEN_AS[name] ?? name}`, detail));
  }
}

/** An initiator of its own makes an interface that is named by both. */
function checkPortal(errors: FieldError[], field: string, name: string, iscsi: ISCSIVolumeSource): void {
  const { initiatorName, targetPortal } = iscsi;
  if (initiatorName === undefined || Buffer.byteLength(`${name}:${targetPortal}`) <= LONGEST_PORTAL) return;
  const detail = `Total length of <volume name>:<iscsi.targetPortal> must be under ${LONGEST_PORTAL} characters if iscsi.initiatorName is specified.`;
  errors.push(invalidValue(field, name, detail));
}

function checkClaimName(errors: FieldError[], field: string, volumeName: string, podName: string): void {
  const claim = `${podName}-${volumeName}`;
  for (const problem of dns1123Subdomain(claim)) {
    errors.push(invalidValue(`${field}.name`, volumeName, `PVC name ${goQuoted(claim)}: ${problem}`));
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
