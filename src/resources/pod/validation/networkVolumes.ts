import {
  type FieldError,
  invalidValue,
  notSupported,
  required,
  tooLong,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import type {
  AzureDiskVolumeSource,
  CSIVolumeSource,
  FCVolumeSource,
  FlexVolumeSource,
  FlockerVolumeSource,
  ISCSIVolumeSource,
  QuobyteVolumeSource,
  StorageOSVolumeSource,
} from '../../../generated/types.ts';
import { checkNamed, checkNamedIfSet, checkPresent, checkRange, checkSupportedIfSet } from '../../checks.ts';

const LARGEST_LUN = 255;
const LONGEST_DRIVER_NAME = 63;
const LONGEST_TENANT = 64;
const HOST_AND_PORT = /^(\[[^[\]]*\]|[^:[\]]*):[^:[\]]*$/;
const RESERVED = /(^|\.)(kubernetes|k8s)\.io$/;
const ISCSI_NAMES: Record<string, RegExp> = {
  iqn: /iqn\.\d{4}-\d{2}\.([a-zA-Z0-9\-.]+)(:[^,;*&$|\s]+)$/,
  eui: /^eui.[a-zA-Z0-9]{16}$/,
  naa: /^naa.[a-zA-Z0-9]{32}$/,
};
const CACHING_MODES = ['None', 'ReadOnly', 'ReadWrite'];
const DISK_KINDS = ['Dedicated', 'Managed', 'Shared'];
const MANAGED_DISK =
  '/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}';
const BLOB_DISK = 'https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd';

/** A secret that need not be there, but then has a name. */
export function checkSecretRef(
  errors: FieldError[],
  field: string,
  secret: { name?: string } | undefined,
): void {
  if (secret) checkPresent(errors, `${field}.name`, secret.name ?? '');
}

export function checkIscsi(errors: FieldError[], field: string, iscsi: ISCSIVolumeSource): void {
  checkPresent(errors, `${field}.targetPortal`, iscsi.targetPortal);
  if (iscsi.iqn) checkIscsiName(errors, `${field}.iqn`, iscsi.iqn);
  else errors.push(required(`${field}.iqn`));
  checkRange(errors, `${field}.lun`, iscsi.lun, 0, LARGEST_LUN);
  if ((iscsi.chapAuthDiscovery || iscsi.chapAuthSession) && !iscsi.secretRef)
    errors.push(required(`${field}.secretRef`));
  // Upstream spells this path without a capital.
  if (iscsi.initiatorName !== undefined)
    checkIscsiName(errors, `${field}.initiatorname`, iscsi.initiatorName);
}

function checkIscsiName(errors: FieldError[], field: string, name: string): void {
  const form = ISCSI_NAMES[name.slice(0, 3)];
  if (!form) errors.push(invalidValue(field, name, 'must be valid format starting with iqn, eui, or naa'));
  else if (!form.test(name)) errors.push(invalidValue(field, name, 'must be valid format'));
}

export function checkFibreChannel(errors: FieldError[], field: string, fc: FCVolumeSource): void {
  const { targetWWNs = [], wwids = [], lun } = fc;
  if (targetWWNs.length === 0 && wwids.length === 0) {
    errors.push(required(`${field}.targetWWNs`, 'must specify either targetWWNs or wwids, but not both'));
  } else if (targetWWNs.length > 0 && wwids.length > 0) {
    const detail = 'targetWWNs and wwids can not be specified simultaneously';
    errors.push(invalidValue(`${field}.targetWWNs`, targetWWNs, detail));
  }
  if (targetWWNs.length === 0) return;
  if (lun === undefined) errors.push(required(`${field}.lun`, 'lun is required if targetWWNs is specified'));
  else checkRange(errors, `${field}.lun`, lun, 0, LARGEST_LUN);
}

export function checkFlocker(errors: FieldError[], field: string, flocker: FlockerVolumeSource): void {
  const { datasetName = '', datasetUUID = '' } = flocker;
  if (!datasetName && !datasetUUID) {
    errors.push(required(field, 'one of datasetName and datasetUUID is required'));
  } else if (datasetName && datasetUUID) {
    const detail = 'datasetName and datasetUUID can not be specified simultaneously';
    errors.push(invalidValue(field, 'resource', detail));
  }
  if (datasetName.includes('/'))
    errors.push(invalidValue(`${field}.datasetName`, datasetName, "must not contain '/'"));
}

export function checkQuobyte(errors: FieldError[], field: string, quobyte: QuobyteVolumeSource): void {
  const { registry = '', tenant = '', volume } = quobyte;
  const detail = 'must be a host:port pair or multiple pairs separated by commas';
  if (!registry) errors.push(required(`${field}.registry`, detail));
  else if (Buffer.byteLength(tenant) > LONGEST_TENANT) {
    const tooLongText = `must be a UUID and may not exceed a length of ${LONGEST_TENANT} characters`;
    errors.push(required(`${field}.tenant`, tooLongText));
  } else {
    for (const pair of registry.split(',')) {
      if (!HOST_AND_PORT.test(pair)) errors.push(invalidValue(`${field}.registry`, registry, detail));
    }
  }
  checkPresent(errors, `${field}.volume`, volume);
}

/** A driver's options may not be named after Kubernetes. */
export function checkFlexVolume(
  errors: FieldError[],
  field: string,
  { driver, options }: FlexVolumeSource,
): void {
  checkPresent(errors, `${field}.driver`, driver);
  for (const key in options) {
    if (!RESERVED.test(key.split('/', 1)[0]!.toLowerCase())) continue;
    const detail = 'kubernetes.io and k8s.io namespaces are reserved';
    errors.push(invalidValue(`${field}.options[${key}]`, key, detail));
  }
}

export function checkAzureDisk(errors: FieldError[], field: string, disk: AzureDiskVolumeSource): void {
  const { diskName, diskURI = '', cachingMode, kind } = disk;
  checkPresent(errors, `${field}.diskName`, diskName);
  checkPresent(errors, `${field}.diskURI`, diskURI);
  checkSupportedIfSet(errors, `${field}.cachingMode`, cachingMode, CACHING_MODES);
  checkSupportedIfSet(errors, `${field}.kind`, kind, DISK_KINDS);
  if (kind === undefined) return;
  const isManaged = kind === 'Managed';
  if (diskURI.startsWith(isManaged ? '/subscriptions/' : 'https://')) return;
  errors.push(notSupported(`${field}.diskURI`, diskURI, [isManaged ? MANAGED_DISK : BLOB_DISK]));
}

export function checkStorageOs(errors: FieldError[], field: string, source: StorageOSVolumeSource): void {
  const { volumeName, volumeNamespace, secretRef } = source;
  if (volumeName) checkNamed(errors, `${field}.volumeName`, volumeName, dns1123Label);
  else errors.push(required(`${field}.volumeName`));
  checkNamedIfSet(errors, `${field}.volumeNamespace`, volumeNamespace, dns1123Label);
  checkSecretRef(errors, `${field}.secretRef`, secretRef);
}

/** A driver's name is like a domain, in whatever case. */
export function checkCsi(
  errors: FieldError[],
  field: string,
  { driver, nodePublishSecretRef }: CSIVolumeSource,
): void {
  if (!driver) errors.push(required(`${field}.driver`));
  else {
    if (Buffer.byteLength(driver) > LONGEST_DRIVER_NAME)
      errors.push(tooLong(`${field}.driver`, LONGEST_DRIVER_NAME));
    for (const problem of dns1123Subdomain(driver.toLowerCase()))
      errors.push(invalidValue(`${field}.driver`, driver, problem));
  }
  checkSecretRef(errors, `${field}.nodePublishSecretRef`, nodePublishSecretRef);
  // Upstream leaves out whose name it is.
  checkNamedIfSet(errors, `${field}.name`, nodePublishSecretRef?.name, dns1123Subdomain);
}
