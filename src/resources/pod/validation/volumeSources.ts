import {
  type FieldError,
  forbiddenField,
  invalidValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { parseQuantity } from '../../../apimachinery/quantity.ts';
import type { KeyToPath, Volume } from '../../../generated/types.ts';
import { checkPresent, checkSupported, checkSupportedIfSet } from '../../checks.ts';
import { checkClaimTemplate } from './claimTemplate.ts';
import {
  checkAzureDisk,
  checkCsi,
  checkFibreChannel,
  checkFlexVolume,
  checkFlocker,
  checkIscsi,
  checkQuobyte,
  checkSecretRef,
  checkStorageOs,
} from './networkVolumes.ts';
import { checkLocalDescendingPath, checkLocalNonReservedPath, checkNoBacksteps } from './paths.ts';
import { checkDownwardFiles, checkProjections } from './projectedVolume.ts';

export type SourceName = Exclude<keyof Volume, 'name'>;
type CheckSource = (errors: FieldError[], field: string, volume: Volume) => void;

const HOST_PATH_TYPES = [
  '',
  'BlockDevice',
  'CharDevice',
  'Directory',
  'DirectoryOrCreate',
  'File',
  'FileOrCreate',
  'Socket',
];
const LARGEST_MODE = 0o777;
const LARGEST_PARTITION = 255;
const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

export function checkFileMode(errors: FieldError[], field: string, mode: number | undefined): void {
  if (mode === undefined || (mode >= 0 && mode <= LARGEST_MODE)) return;
  const detail = 'must be a number between 0 and 0777 (octal), both inclusive';
  errors.push(invalidValue(field, mode, detail));
}

/** One file of a config map or secret. */
export function checkKeyToPath(
  errors: FieldError[],
  field: string,
  { key, path = '', mode }: KeyToPath,
): void {
  checkPresent(errors, `${field}.key`, key);
  if (!path) errors.push(required(`${field}.path`));
  checkLocalNonReservedPath(errors, `${field}.path`, path);
  checkFileMode(errors, `${field}.mode`, mode);
}

function checkItems(errors: FieldError[], field: string, items: readonly KeyToPath[] | undefined): void {
  for (const [index, item] of (items ?? []).entries())
    checkKeyToPath(errors, `${field}.items[${index}]`, item);
}

function checkPartition(errors: FieldError[], field: string, partition = 0): void {
  if (partition >= 0 && partition <= LARGEST_PARTITION) return;
  // 0 is right: it stands for none.
  errors.push(invalidValue(field, partition, `must be between 1 and ${LARGEST_PARTITION}, inclusive`));
}

/** A source of which some fields must be there, and no more is known. */
const withFields =
  <Name extends SourceName>(
    source: Name,
    ...fields: (keyof NonNullable<Volume[Name]> & string)[]
  ): CheckSource =>
  (errors, path, volume) => {
    const given = volume[source] as Record<string, unknown>;
    for (const field of fields) checkPresent(errors, `${path}.${field}`, given[field]);
  };

const withPartition =
  (source: 'gcePersistentDisk' | 'awsElasticBlockStore', id: 'pdName' | 'volumeID'): CheckSource =>
  (errors, path, volume) => {
    const given = volume[source] as { partition?: number; pdName?: string; volumeID?: string };
    checkPresent(errors, `${path}.${id}`, given[id]);
    checkPartition(errors, `${path}.partition`, given.partition);
  };

/** What is asked of each source of a volume, in the order in which upstream looks at them. */
export const VOLUME_SOURCES: Record<SourceName, CheckSource> = {
  emptyDir(errors, field, { emptyDir }) {
    if (emptyDir?.sizeLimit === undefined || parseQuantity(emptyDir.sizeLimit).nano >= 0n) return;
    errors.push(forbiddenField(`${field}.sizeLimit`, 'SizeLimit field must be a valid resource quantity'));
  },
  hostPath(errors, field, { hostPath }) {
    const { path, type } = hostPath!;
    if (!path) return void errors.push(required(`${field}.path`));
    checkNoBacksteps(errors, `${field}.path`, path);
    checkSupportedIfSet(errors, `${field}.type`, type, HOST_PATH_TYPES);
  },
  gitRepo(errors, field, { gitRepo }) {
    checkPresent(errors, `${field}.repository`, gitRepo!.repository);
    checkLocalDescendingPath(errors, `${field}.directory`, gitRepo!.directory ?? '');
  },
  gcePersistentDisk: withPartition('gcePersistentDisk', 'pdName'),
  awsElasticBlockStore: withPartition('awsElasticBlockStore', 'volumeID'),
  secret(errors, field, { secret }) {
    checkPresent(errors, `${field}.secretName`, secret!.secretName ?? '');
    checkFileMode(errors, `${field}.defaultMode`, secret!.defaultMode);
    checkItems(errors, field, secret!.items);
  },
  nfs(errors, field, { nfs }) {
    const { server, path = '' } = nfs!;
    checkPresent(errors, `${field}.server`, server ?? '');
    checkPresent(errors, `${field}.path`, path);
    if (!path.startsWith('/')) errors.push(invalidValue(`${field}.path`, path, 'must be an absolute path'));
  },
  iscsi: (errors, field, { iscsi }) => checkIscsi(errors, field, iscsi!),
  glusterfs: withFields('glusterfs', 'endpoints', 'path'),
  flocker: (errors, field, { flocker }) => checkFlocker(errors, field, flocker!),
  persistentVolumeClaim: withFields('persistentVolumeClaim', 'claimName'),
  rbd: withFields('rbd', 'monitors', 'image'),
  cinder(errors, field, { cinder }) {
    checkPresent(errors, `${field}.volumeID`, cinder!.volumeID);
    checkSecretRef(errors, `${field}.secretRef`, cinder!.secretRef);
  },
  cephfs: withFields('cephfs', 'monitors'),
  quobyte: (errors, field, { quobyte }) => checkQuobyte(errors, field, quobyte!),
  downwardAPI(errors, field, { downwardAPI }) {
    checkFileMode(errors, `${field}.defaultMode`, downwardAPI!.defaultMode);
    checkDownwardFiles(errors, field, downwardAPI!.items);
  },
  fc: (errors, field, { fc }) => checkFibreChannel(errors, field, fc!),
  flexVolume: (errors, field, { flexVolume }) => checkFlexVolume(errors, field, flexVolume!),
  configMap(errors, field, { configMap }) {
    checkPresent(errors, `${field}.name`, configMap!.name ?? '');
    checkFileMode(errors, `${field}.defaultMode`, configMap!.defaultMode);
    checkItems(errors, field, configMap!.items);
  },
  azureFile: withFields('azureFile', 'secretName', 'shareName'),
  vsphereVolume: withFields('vsphereVolume', 'volumePath'),
  photonPersistentDisk: withFields('photonPersistentDisk', 'pdID'),
  portworxVolume: withFields('portworxVolume', 'volumeID'),
  azureDisk: (errors, field, { azureDisk }) => checkAzureDisk(errors, field, azureDisk!),
  storageos: (errors, field, { storageos }) => checkStorageOs(errors, field, storageos!),
  projected(errors, field, { projected }) {
    checkFileMode(errors, `${field}.defaultMode`, projected!.defaultMode);
    checkProjections(errors, field, projected!.sources ?? []);
  },
  scaleIO: withFields('scaleIO', 'gateway', 'system', 'volumeName'),
  csi: (errors, field, { csi }) => checkCsi(errors, field, csi!),
  ephemeral(errors, field, { ephemeral }) {
    const { volumeClaimTemplate: template } = ephemeral!;
    if (template) checkClaimTemplate(errors, `${field}.volumeClaimTemplate`, template);
    else errors.push(required(`${field}.volumeClaimTemplate`));
  },
  image(errors, field, { image }) {
    checkPresent(errors, `${field}.reference`, image!.reference);
    checkSupported(errors, `${field}.pullPolicy`, image!.pullPolicy, PULL_POLICIES);
  },
};
