import {
  type FieldError,
  forbiddenField,
  invalidValue,
  notFoundValue,
  notSupported,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import type { Container, Volume, VolumeDevice, VolumeMount } from '../../../generated/types.ts';
import { checkLocalDescendingPath, hasBackstep } from './paths.ts';

/** The pod's volumes that are right themselves, by name. */
export type Volumes = ReadonlyMap<string, Volume>;

const PROPAGATIONS = ['Bidirectional', 'HostToContainer', 'None'];
const RECURSIVE_READ_ONLY = ['Disabled', 'Enabled', 'IfPossible'];

export function checkVolumeMounts(
  errors: FieldError[],
  field: string,
  container: Container,
  volumes: Volumes,
): void {
  const { volumeMounts, volumeDevices = [] } = container;
  if (!volumeMounts) return;
  const paths = new Set<string>();
  for (const [index, mount] of volumeMounts.entries()) {
    const path = `${field}[${index}]`;
    if (!mount.name) errors.push(required(`${path}.name`));
    if (!volumes.has(mount.name)) errors.push(notFoundValue(`${path}.name`, mount.name ?? ''));
    if (!mount.mountPath) errors.push(required(`${path}.mountPath`));
    if (paths.has(mount.mountPath))
      errors.push(invalidValue(`${path}.mountPath`, mount.mountPath, 'must be unique'));
    paths.add(mount.mountPath);
    checkNoDevice(errors, path, mount, volumeDevices);
    checkSubPaths(errors, field, path, mount);
    checkPropagation(errors, field, mount, container);
    checkRecursiveReadOnly(errors, field, mount);
  }
}

function checkNoDevice(
  errors: FieldError[],
  path: string,
  mount: VolumeMount,
  devices: readonly VolumeDevice[],
): void {
  if (devices.some(({ name }) => name === mount.name)) {
    errors.push(invalidValue(`${path}.name`, mount.name, 'must not already exist in volumeDevices'));
  }
  if (devices.some(({ devicePath }) => devicePath === mount.mountPath)) {
    const detail = 'must not already exist as a path in volumeDevices';
    errors.push(invalidValue(`${path}.mountPath`, mount.mountPath, detail));
  }
}

// Upstream leaves the index out of some of these paths.
function checkSubPaths(
  errors: FieldError[],
  field: string,
  path: string,
  { subPath, subPathExpr }: VolumeMount,
): void {
  if (subPath) checkLocalDescendingPath(errors, `${field}.subPath`, subPath);
  if (!subPathExpr) return;
  if (subPath) {
    const detail = 'subPathExpr and subPath are mutually exclusive';
    errors.push(invalidValue(`${path}.subPathExpr`, subPathExpr, detail));
  }
  checkLocalDescendingPath(errors, `${field}.subPathExpr`, subPathExpr);
}

function checkPropagation(
  errors: FieldError[],
  field: string,
  { mountPropagation }: VolumeMount,
  { securityContext }: Container,
): void {
  if (mountPropagation === undefined) return;
  const path = `${field}.mountPropagation`;
  if (!PROPAGATIONS.includes(mountPropagation))
    errors.push(notSupported(path, mountPropagation, PROPAGATIONS));
  if (mountPropagation === 'Bidirectional' && !securityContext?.privileged) {
    const detail = 'Bidirectional mount propagation is available only to privileged containers';
    errors.push(forbiddenField(path, detail));
  }
}

function checkRecursiveReadOnly(errors: FieldError[], field: string, mount: VolumeMount): void {
  const { recursiveReadOnly: mode, readOnly, mountPropagation = 'None' } = mount;
  if (mode === undefined || mode === 'Disabled') return;
  const path = `${field}.recursiveReadOnly`;
  if (!RECURSIVE_READ_ONLY.includes(mode)) {
    errors.push(notSupported(path, mode, RECURSIVE_READ_ONLY));
    return;
  }
  if (!readOnly) errors.push(forbiddenField(path, 'may only be specified when readOnly is true'));
  if (mountPropagation !== 'None') {
    errors.push(forbiddenField(path, 'may only be specified when mountPropagation is None or not specified'));
  }
}

export function checkVolumeDevices(
  errors: FieldError[],
  field: string,
  { volumeDevices, volumeMounts = [] }: Container,
  volumes: Volumes,
): void {
  if (!volumeDevices) return;
  const names = new Set<string>();
  const paths = new Set<string>();
  for (const [index, device] of volumeDevices.entries()) {
    const path = `${field}[${index}]`;
    checkDeviceName(errors, `${path}.name`, device.name, names, volumes);
    checkDevicePath(errors, `${path}.devicePath`, device.devicePath, paths);
    if (volumeMounts.some(({ name }) => name === device.name)) {
      errors.push(invalidValue(`${path}.name`, device.name, 'must not already exist in volumeMounts'));
    }
    if (volumeMounts.some(({ mountPath }) => mountPath === device.devicePath)) {
      const detail = 'must not already exist as a path in volumeMounts';
      errors.push(invalidValue(`${path}.devicePath`, device.devicePath, detail));
    }
  }
}

function checkDeviceName(
  errors: FieldError[],
  field: string,
  name: string,
  names: Set<string>,
  volumes: Volumes,
): void {
  if (!name) errors.push(required(field));
  if (names.has(name)) errors.push(invalidValue(field, name, 'must be unique'));
  if (name) names.add(name);
  const volume = volumes.get(name);
  if (!volume) errors.push(notFoundValue(field, name ?? ''));
  else if (!volume.persistentVolumeClaim && !volume.ephemeral) {
    const detail = 'can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode';
    errors.push(invalidValue(field, name, detail));
  }
}

function checkDevicePath(errors: FieldError[], field: string, path: string, paths: Set<string>): void {
  if (!path) errors.push(required(field));
  if (paths.has(path)) errors.push(invalidValue(field, path, 'must be unique'));
  if (path && hasBackstep(path)) errors.push(invalidValue(field, path, "can not contain backsteps ('..')"));
  else paths.add(path);
}
