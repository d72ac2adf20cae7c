import { expect, test } from 'vitest';
import type { PersistentVolumeClaimTemplate, Volume } from '../../../generated/types.ts';
import { problems } from '../../testing/problems.ts';
import { validatePod } from '../podValidation.ts';
import { pod } from '../testing.ts';

const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const iqn = 'iqn.2001-04.com.example:disk';
const claim = (spec: PersistentVolumeClaimTemplate['spec'] = {}): Partial<Volume> => ({
  ephemeral: {
    volumeClaimTemplate: {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
    },
  },
});

const right: Record<string, Partial<Volume>> = {
  'a claim made for the pod': claim({ selector: { matchLabels: { a: 'b' } }, storageClassName: '' }),
  'an iSCSI disk': {
    iscsi: { targetPortal: 'h:3260', iqn, lun: 0, initiatorName: 'naa.62004567BA64678D0123456789ABCDEF' },
  },
  'a CSI driver in capitals': { csi: { driver: 'Example.com', nodePublishSecretRef: { name: 's' } } },
  'a managed disk': { azureDisk: { diskName: 'd', diskURI: '/subscriptions/s', kind: 'Managed' } },
  'several registries': { quobyte: { registry: 'a:1,[::1]:2,:', volume: 'v' } },
  'an image': { image: { reference: 'example.com:5000/a' } },
};
test.each(Object.entries(right))('%s is right', (_, source) => {
  expect(problems(validatePod(pod({ volumes: [{ name: 'v', ...source }] })))).toEqual([]);
});

const wrong: Record<string, [Partial<Volume>, ...want: string[]]> = {
  'one that is only two dots': [
    { configMap: { name: 'm', items: [{ key: 'k', path: '..' }] } },
    'configMap.items[0].path: Invalid value: "..": must not contain \'..\'',
    'configMap.items[0].path: Invalid value: "..": must not start with \'..\'',
  ],
  'a type misspelt where upstream misspells it': [
    { emptyDir: {}, downwardAPI: {}, cephfs: { monitors: [] } },
    'cephFS: Forbidden: may not specify more than 1 volume type',
    'downwarAPI: Forbidden: may not specify more than 1 volume type',
  ],
  'a disk without a name, which upstream calls by another': [
    { gcePersistentDisk: { pdName: '', partition: 256 } },
    'persistentDisk.pdName: Required value',
    'persistentDisk.partition: Invalid value: 256: must be between 1 and 255, inclusive',
  ],
  'an image without a reference': [{ image: {} }, 'image.reference: Required value'],
  'an image pulled at some time': [
    { image: { reference: 'a', pullPolicy: 'Maybe' } },
    'image.pullPolicy: Unsupported value: "Maybe": supported values: "Always", "IfNotPresent", "Never"',
  ],
  'a CSI driver without a name': [
    { csi: { driver: '', nodePublishSecretRef: {} } },
    'csi.driver: Required value',
    'csi.nodePublishSecretRef.name: Required value',
  ],
  'a CSI driver of a long and wrong name': [
    { csi: { driver: `_${'x'.repeat(63)}`, nodePublishSecretRef: { name: '_' } } },
    'csi.driver: Too long: may not be more than 63 bytes',
    `csi.driver: Invalid value: "_${'x'.repeat(63)}": ${SUBDOMAIN}`,
    `csi.name: Invalid value: "_": ${SUBDOMAIN}`,
  ],
  'iSCSI of a name of no known kind': [
    { iscsi: { targetPortal: 'h', iqn: 'x', lun: 256, chapAuthSession: true } },
    'iscsi.iqn: Invalid value: "x": must be valid format starting with iqn, eui, or naa',
    'iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
    'iscsi.secretRef: Required value',
  ],
  'iSCSI of a malformed name and initiator': [
    { iscsi: { targetPortal: 'h'.repeat(70), iqn: 'eui.1', lun: 0, initiatorName: 'iqn.x' } },
    'iscsi.iqn: Invalid value: "eui.1": must be valid format',
    'iscsi.initiatorname: Invalid value: "iqn.x": must be valid format',
    'name: Invalid value: "v": Total length of <volume name>:<iscsi.targetPortal> must be under 64 characters if iscsi.initiatorName is specified.',
  ],
  'a number too high of a Fibre Channel': [
    { fc: { targetWWNs: ['a'], lun: 256 } },
    'fc.lun: Invalid value: 256: must be between 0 and 255, inclusive',
  ],
  'a registry without a port': [
    { quobyte: { registry: 'a:1,b', volume: '' } },
    'quobyte.registry: Invalid value: "a:1,b": must be a host:port pair or multiple pairs separated by commas',
    'quobyte.volume: Required value',
  ],
  'no registry': [
    { quobyte: { registry: '', volume: 'v' } },
    'quobyte.registry: Required value: must be a host:port pair or multiple pairs separated by commas',
  ],
  'too long a tenant': [
    { quobyte: { registry: 'a', volume: 'v', tenant: 'x'.repeat(65) } },
    'quobyte.tenant: Required value: must be a UUID and may not exceed a length of 64 characters',
  ],
  'a secret without a name': [
    { cinder: { volumeID: 'v', secretRef: {} } },
    'cinder.secretRef.name: Required value',
  ],
  'options of Kubernetes': [
    { flexVolume: { driver: 'd', options: { 'a/b': '', 'X.K8s.io/y': '', 'kubernetes.io': '' } } },
    'flexVolume.options[X.K8s.io/y]: Invalid value: "X.K8s.io/y": kubernetes.io and k8s.io namespaces are reserved',
    'flexVolume.options[kubernetes.io]: Invalid value: "kubernetes.io": kubernetes.io and k8s.io namespaces are reserved',
  ],
  'an Azure disk of a kind and a place that there are not': [
    { azureDisk: { diskName: 'd', diskURI: 'd', cachingMode: 'All', kind: 'Round' } },
    'azureDisk.cachingMode: Unsupported value: "All": supported values: "None", "ReadOnly", "ReadWrite"',
    'azureDisk.kind: Unsupported value: "Round": supported values: "Dedicated", "Managed", "Shared"',
    'azureDisk.diskURI: Unsupported value: "d": supported values: "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"',
  ],
  'a managed Azure disk elsewhere': [
    { azureDisk: { diskName: 'd', diskURI: 'https://d', kind: 'Managed' } },
    'azureDisk.diskURI: Unsupported value: "https://d": supported values: "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"',
  ],
  'StorageOS names in capitals': [
    { storageos: { volumeName: 'V', volumeNamespace: 'N', secretRef: {} } },
    `storageos.volumeName: Invalid value: "V": ${LABEL}`,
    `storageos.volumeNamespace: Invalid value: "N": ${LABEL}`,
    'storageos.secretRef.name: Required value',
  ],
  'a trust bundle of a name that there cannot be': [
    { projected: { sources: [{ clusterTrustBundle: { name: 'example.com:a:B', path: 'p' } }] } },
    `projected.sources[0].clusterTrustBundle.name: Invalid value: "example.com:a:B": not a valid clustertrustbundlename: ${SUBDOMAIN}`,
  ],
  'a claim that is named, and says too little': [
    {
      ephemeral: { volumeClaimTemplate: { metadata: { name: 'c', uid: 'u', labels: { a: '_' } }, spec: {} } },
    },
    "ephemeral.volumeClaimTemplate.metadata.labels: Invalid value: \"_\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
    'ephemeral.volumeClaimTemplate.metadata.name: Forbidden: cannot be set',
    'ephemeral.volumeClaimTemplate.metadata.uID: Forbidden: cannot be set',
    'ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
    'ephemeral.volumeClaimTemplate.spec.resources[storage]: Required value',
  ],
  'a claim for one pod and for many': [
    claim({ accessModes: ['ReadWriteOncePod', 'ReadOnlyMany', 'Never'], volumeMode: 'Tape' }),
    'ephemeral.volumeClaimTemplate.spec.accessModes: Unsupported value: "Never": supported values: "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"',
    'ephemeral.volumeClaimTemplate.spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    'ephemeral.volumeClaimTemplate.spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
  ],
  'a claim of nothing, from a source of a wrong group': [
    claim({
      resources: { requests: { storage: '0' } },
      storageClassName: '_',
      dataSource: { kind: 'Snapshot', name: '' },
      dataSourceRef: { kind: 'Snapshot', name: 's', apiGroup: '_' },
    }),
    'ephemeral.volumeClaimTemplate.spec.resources[storage]: Invalid value: "0": must be greater than zero',
    `ephemeral.volumeClaimTemplate.spec.storageClassName: Invalid value: "_": ${SUBDOMAIN}`,
    'ephemeral.volumeClaimTemplate.spec.dataSource.name: Required value',
    'ephemeral.volumeClaimTemplate.spec.dataSource: Invalid value: "Snapshot": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
    `ephemeral.volumeClaimTemplate.spec.dataSourceRef.apiGroup: Invalid value: "_": ${SUBDOMAIN}`,
    'ephemeral.volumeClaimTemplate.spec: Invalid value: {}: must match dataSourceRef',
  ],
};
test.each(Object.entries(wrong))('a volume may not have %s', (_, [source, ...want]) => {
  const errors = validatePod(pod({ volumes: [{ name: 'v', ...source }] }));
  expect(problems(errors)).toEqual(want.map((line) => `spec.volumes[0].${line}`));
});
