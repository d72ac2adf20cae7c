import {
  type FieldError,
  forbiddenField,
  invalidValue,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import { validateLabelSelector } from '../../../apimachinery/validation.ts';
import type {
  ClusterTrustBundleProjection,
  DownwardAPIVolumeFile,
  KeyToPath,
  ServiceAccountTokenProjection,
  VolumeProjection,
} from '../../../generated/types.ts';
import { checkPresent } from '../../checks.ts';
import { checkFieldRef, checkResourceFieldRef, VOLUME_FIELDS } from './environment.ts';
import { checkLocalNonReservedPath } from './paths.ts';
import { checkFileMode, checkKeyToPath } from './volumeSources.ts';

const SHORTEST_TOKEN_SECONDS = 600;
const LONGEST_TOKEN_SECONDS = 2 ** 32;

/** The files of a downward API volume. */
export function checkDownwardFiles(
  errors: FieldError[],
  field: string,
  files: readonly DownwardAPIVolumeFile[] | undefined,
): void {
  for (const { path = '', fieldRef, resourceFieldRef, mode } of files ?? []) {
    checkPresent(errors, `${field}.path`, path);
    checkLocalNonReservedPath(errors, `${field}.path`, path);
    if (fieldRef) {
      checkFieldRef(errors, `${field}.fieldRef`, fieldRef, VOLUME_FIELDS);
      if (resourceFieldRef) {
        const detail = 'fieldRef and resourceFieldRef can not be specified simultaneously';
        errors.push(invalidValue(field, 'resource', detail));
      }
    } else if (resourceFieldRef)
      checkResourceFieldRef(errors, `${field}.resourceFieldRef`, resourceFieldRef, true);
    else errors.push(required(field, 'one of fieldRef and resourceFieldRef is required'));
    checkFileMode(errors, `${field}.mode`, mode);
  }
}

/** The sources of a projected volume: no two may write the same file. */
export function checkProjections(
  errors: FieldError[],
  field: string,
  sources: readonly VolumeProjection[],
): void {
  const paths = new Set<string>();
  const claim = (path: string | undefined, culprit: string | undefined) => {
    if (!path) return;
    if (paths.has(path)) errors.push(invalidValue(field, culprit ?? '', 'conflicting duplicate paths'));
    paths.add(path);
  };
  for (const [index, source] of sources.entries())
    checkProjection(errors, `${field}.sources[${index}]`, source, claim, field);
}

type ClaimPath = (path: string | undefined, culprit: string | undefined) => void;

function checkProjection(
  errors: FieldError[],
  field: string,
  source: VolumeProjection,
  claim: ClaimPath,
  volumeField: string,
): void {
  const { secret, configMap, downwardAPI, serviceAccountToken, clusterTrustBundle } = source;
  if (secret) checkKeys(errors, `${field}.secret`, secret, claim);
  if (configMap) checkKeys(errors, `${field}.configMap`, configMap, claim);
  if (downwardAPI) {
    checkDownwardFiles(errors, `${field}.downwardAPI`, downwardAPI.items);
    for (const { path } of downwardAPI.items ?? []) claim(path, path);
  }
  if (serviceAccountToken)
    checkToken(errors, `${field}.serviceAccountToken`, serviceAccountToken, volumeField);
  if (clusterTrustBundle) {
    checkTrustBundle(errors, `${field}.clusterTrustBundle`, clusterTrustBundle);
    claim(clusterTrustBundle.path, clusterTrustBundle.path);
  }
  if (Object.values(source).filter((given) => given !== undefined).length > 1) {
    errors.push(forbiddenField(field, 'may not specify more than 1 volume type per source'));
  }
}

function checkKeys(
  errors: FieldError[],
  field: string,
  { name = '', items = [] }: { name?: string; items?: readonly KeyToPath[] },
  claim: ClaimPath,
): void {
  checkPresent(errors, `${field}.name`, name);
  for (const [index, item] of items.entries()) {
    checkKeyToPath(errors, `${field}.items[${index}]`, item);
    claim(item.path, name);
  }
}

function checkToken(
  errors: FieldError[],
  field: string,
  { expirationSeconds = 0, path }: ServiceAccountTokenProjection,
  volumeField: string,
): void {
  const refuse = (detail: string) =>
    errors.push(
      invalidValue(`${field}.expirationSeconds`, expirationSeconds, `may not specify a duration ${detail}`),
    );
  if (expirationSeconds < SHORTEST_TOKEN_SECONDS) refuse('less than 10 minutes');
  if (expirationSeconds > LONGEST_TOKEN_SECONDS) refuse('larger than 2^32 seconds');
  // Upstream names the volume's path here, not the source's.
  if (!path) errors.push(required(`${volumeField}.path`));
  else checkLocalNonReservedPath(errors, `${volumeField}.path`, path);
}

function checkTrustBundle(errors: FieldError[], field: string, bundle: ClusterTrustBundleProjection): void {
  const { name, signerName, labelSelector, path = '' } = bundle;
  if (name !== undefined && signerName !== undefined) {
    errors.push(invalidValue(field, bundle, 'only one of name and signerName may be used'));
  } else if (name !== undefined) {
    if (!name) errors.push(required(`${field}.name`, 'must be a valid object name'));
    // Before the last colon stands the signer, whose name is not looked at.
    for (const problem of dns1123Subdomain(name.slice(name.lastIndexOf(':') + 1)))
      errors.push(invalidValue(`${field}.name`, name, `not a valid clustertrustbundlename: ${problem}`));
    if (labelSelector) {
      const detail = 'labelSelector must be unset if name is specified';
      errors.push(invalidValue(`${field}.labelSelector`, labelSelector, detail));
    }
  } else if (signerName !== undefined) {
    if (!signerName) errors.push(required(`${field}.signerName`, 'must be a valid signer name'));
    errors.push(...validateLabelSelector(labelSelector, `${field}.labelSelector`));
  } else errors.push(required(field, 'either name or signerName must be specified'));
  checkPresent(errors, `${field}.path`, path);
  checkLocalNonReservedPath(errors, `${field}.path`, path);
}
