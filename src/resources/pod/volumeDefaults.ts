import { canonicalQuantity } from '../../apimachinery/quantity.ts';
import type { DownwardAPIVolumeFile, ProjectedVolumeSource, Volume } from '../../generated/types.ts';
import { defaultPullPolicy } from './pullPolicy.ts';
import { canonicalize } from './resourceLists.ts';

const DEFAULT_FILE_MODE = 0o644;
const DEFAULT_TOKEN_SECONDS = 3600;

/** What every volume gets that says nothing else: one without a source is an empty directory. */
export function setVolumeDefaults(volume: Volume): void {
  if (Object.keys(volume).every((key) => key === 'name')) volume.emptyDir = {};
  const { emptyDir, hostPath, secret, configMap, downwardAPI, projected } = volume;
  if (emptyDir?.sizeLimit !== undefined) emptyDir.sizeLimit = canonicalQuantity(emptyDir.sizeLimit);
  if (hostPath) hostPath.type ??= '';
  if (secret) secret.defaultMode ??= DEFAULT_FILE_MODE;
  if (configMap) configMap.defaultMode ??= DEFAULT_FILE_MODE;
  if (downwardAPI) {
    downwardAPI.defaultMode ??= DEFAULT_FILE_MODE;
    setFileDefaults(downwardAPI.items);
  }
  if (projected) setProjectedDefaults(projected);
  setNetworkDiskDefaults(volume);
}

function setProjectedDefaults(projected: ProjectedVolumeSource): void {
  projected.defaultMode ??= DEFAULT_FILE_MODE;
  for (const { downwardAPI, serviceAccountToken } of projected.sources ?? []) {
    setFileDefaults(downwardAPI?.items);
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= DEFAULT_TOKEN_SECONDS;
  }
}

function setFileDefaults(files: readonly DownwardAPIVolumeFile[] | undefined): void {
  for (const { fieldRef, resourceFieldRef } of files ?? []) {
    if (fieldRef) fieldRef.apiVersion ||= 'v1';
    if (resourceFieldRef) resourceFieldRef.divisor = canonicalQuantity(resourceFieldRef.divisor ?? '0');
  }
}

function setNetworkDiskDefaults({ iscsi, rbd, azureDisk, scaleIO, ephemeral, image }: Volume): void {
  if (iscsi) iscsi.iscsiInterface ||= 'default';
  if (rbd) {
    rbd.pool ||= 'rbd';
    rbd.user ||= 'admin';
    rbd.keyring ||= '/etc/ceph/keyring';
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite';
    azureDisk.kind ??= 'Shared';
    azureDisk.fsType ??= 'ext4';
    azureDisk.readOnly ??= false;
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned';
    scaleIO.fsType ||= 'xfs';
  }
  if (image) image.pullPolicy ||= defaultPullPolicy(image.reference ?? '');
  const claim = ephemeral?.volumeClaimTemplate?.spec;
  if (!claim) return;
  claim.volumeMode ??= 'Filesystem';
  canonicalize(claim.resources?.limits);
  canonicalize(claim.resources?.requests);
}
