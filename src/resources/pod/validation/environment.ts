import { type FieldError, invalidValue, notSupported, required } from '../../../apimachinery/fieldErrors.ts';
import {
  asPrefix,
  configMapKey,
  dns1123Label,
  dns1123Subdomain,
  envVarName,
  qualifiedName,
} from '../../../apimachinery/nameRules.ts';
import { canonicalQuantity } from '../../../apimachinery/quantity.ts';
import type {
  EnvFromSource,
  EnvVar,
  EnvVarSource,
  FileKeySelector,
  ObjectFieldSelector,
  ResourceFieldSelector,
} from '../../../generated/types.ts';
import { checkNamed, checkNamedIfSet } from '../../checks.ts';
import { checkNoBacksteps } from './paths.ts';

const ENV_FIELDS = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** The fields that a downward API volume can show. */
export const VOLUME_FIELDS = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];
/** The fields of a pod that have a name in the downward API, wherever they may be used. */
const KNOWN_FIELDS = new Set([
  ...ENV_FIELDS,
  ...VOLUME_FIELDS,
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const SUBSCRIPTED = /^(.+?)\['(.*)'\]$/s;
const SUBSCRIPTABLE = ['metadata.annotations', 'metadata.labels'];

const CONTAINER_AMOUNTS = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];
const HUGE_PAGES = /^(requests|limits)\.hugepages-/;
const BYTE_DIVISORS = ['1', '1k', '1M', '1G', '1T', '1P', '1E', '1Ki', '1Mi', '1Gi', '1Ti', '1Pi', '1Ei'];

export function checkEnv(
  errors: FieldError[],
  field: string,
  variables: readonly EnvVar[] | undefined,
): void {
  for (const [index, variable] of (variables ?? []).entries()) {
    const path = `${field}[${index}]`;
    if (!variable.name) errors.push(required(`${path}.name`));
    else checkNamed(errors, `${path}.name`, variable.name, envVarName);
    if (variable.valueFrom) checkValueFrom(errors, `${path}.valueFrom`, variable.valueFrom, variable.value);
  }
}

function checkValueFrom(
  errors: FieldError[],
  field: string,
  source: EnvVarSource,
  value: string | undefined,
): void {
  const { fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef } = source;
  if (fieldRef) checkFieldRef(errors, `${field}.fieldRef`, fieldRef, ENV_FIELDS);
  if (resourceFieldRef) checkResourceFieldRef(errors, `${field}.resourceFieldRef`, resourceFieldRef, false);
  if (configMapKeyRef) checkKeyRef(errors, `${field}.configMapKeyRef`, configMapKeyRef);
  if (secretKeyRef) checkKeyRef(errors, `${field}.secretKeyRef`, secretKeyRef);
  if (fileKeyRef) checkFileKeyRef(errors, `${field}.fileKeyRef`, fileKeyRef);
  const given = [fieldRef, resourceFieldRef, configMapKeyRef, secretKeyRef, fileKeyRef].filter(
    Boolean,
  ).length;
  const problem = sourceProblem(given, value);
  if (problem) errors.push(invalidValue(field, '', problem));
}

function sourceProblem(given: number, value: string | undefined): string | undefined {
  if (given === 0) {
    return 'must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`';
  }
  if (value) return 'may not be specified when `value` is not empty';
  return given > 1 ? 'may not have more than one field specified at a time' : undefined;
}

/** A field of the pod; labels and annotations one at a time, as in `metadata.labels['app']`. */
export function checkFieldRef(
  errors: FieldError[],
  field: string,
  { apiVersion, fieldPath }: ObjectFieldSelector,
  allowed: readonly string[],
): void {
  if (!apiVersion) return void errors.push(required(`${field}.apiVersion`));
  if (!fieldPath) return void errors.push(required(`${field}.fieldPath`));
  const [, path, key = ''] = SUBSCRIPTED.exec(fieldPath) ?? [];
  const problem = fieldProblem(apiVersion, fieldPath, path);
  if (problem) {
    errors.push(invalidValue(`${field}.fieldPath`, fieldPath, `error converting fieldPath: ${problem}`));
  } else if (path === undefined) {
    if (!allowed.includes(fieldPath)) errors.push(notSupported(`${field}.fieldPath`, fieldPath, allowed));
  } else {
    const name = path === 'metadata.annotations' ? key.toLowerCase() : key;
    checkNamed(errors, field, name, qualifiedName);
  }
}

/** Why there is no such field, `path` being what has the subscript if there is one. */
function fieldProblem(version: string, fieldPath: string, path: string | undefined): string | undefined {
  if (version !== 'v1') return `unsupported pod version: ${version}`;
  if (path === undefined) {
    return KNOWN_FIELDS.has(fieldPath) ? undefined : `field label not supported: ${fieldPath}`;
  }
  if (SUBSCRIPTABLE.includes(path)) return undefined;
  return `field label does not support subscript: ${fieldPath}`;
}

/** A limit or request of a container, which must be named in a volume. */
export function checkResourceFieldRef(
  errors: FieldError[],
  field: string,
  { containerName, resource, divisor }: ResourceFieldSelector,
  inVolume: boolean,
): void {
  if (inVolume && !containerName) errors.push(required(`${field}.containerName`));
  else if (!resource) errors.push(required(`${field}.resource`));
  else if (!CONTAINER_AMOUNTS.includes(resource) && !HUGE_PAGES.test(resource)) {
    errors.push(notSupported(`${field}.resource`, resource, CONTAINER_AMOUNTS));
  }
  const problem = divisorProblem(resource, canonicalQuantity(divisor ?? '0'));
  if (problem) errors.push(invalidValue(`${field}.divisor`, resource, problem));
}

function divisorProblem(resource: string, divisor: string): string | undefined {
  if (divisor === '0') return undefined;
  if (resource === 'limits.cpu' || resource === 'requests.cpu') {
    if (divisor === '1' || divisor === '1m') return undefined;
    return "only divisor's values 1m and 1 are supported with the cpu resource";
  }
  const bytes = byteResource(resource);
  if (!bytes || BYTE_DIVISORS.includes(divisor)) return undefined;
  return `only divisor's values ${BYTE_DIVISORS.join(', ')} are supported with the ${bytes} resource`;
}

function byteResource(resource: string): string | undefined {
  switch (resource) {
    case 'limits.memory':
    case 'requests.memory':
      return 'memory';
    case 'limits.ephemeral-storage':
    case 'requests.ephemeral-storage':
      return 'local ephemeral storage';
    default:
      return HUGE_PAGES.test(resource) ? 'hugepages' : undefined;
  }
}

function checkKeyRef(
  errors: FieldError[],
  field: string,
  { name = '', key }: { name?: string; key: string },
): void {
  checkNamed(errors, `${field}.name`, name, dns1123Subdomain);
  if (!key) errors.push(required(`${field}.key`));
  else checkNamed(errors, `${field}.key`, key, configMapKey);
}

/** A variable from a file that an init container wrote (KEP-3721). */
function checkFileKeyRef(
  errors: FieldError[],
  field: string,
  { key, path, volumeName }: FileKeySelector,
): void {
  if (!key) errors.push(required(`${field}.key`));
  else checkNamed(errors, `${field}.key`, key, envVarName);
  if (!volumeName) errors.push(required(`${field}.volumeName`));
  else checkNamed(errors, `${field}.volumeName`, volumeName, dns1123Label);
  if (!path) errors.push(required(`${field}.path`));
  else checkNoBacksteps(errors, `${field}.path`, path);
}

export function checkEnvFrom(
  errors: FieldError[],
  field: string,
  sources: readonly EnvFromSource[] | undefined,
): void {
  for (const [index, { prefix, configMapRef, secretRef }] of (sources ?? []).entries()) {
    const path = `${field}[${index}]`;
    checkNamedIfSet(errors, `${path}.prefix`, prefix, envVarName);
    if (configMapRef) checkSourceName(errors, `${path}.configMapRef.name`, configMapRef.name);
    if (secretRef) checkSourceName(errors, `${path}.secretRef.name`, secretRef.name);
    if (!configMapRef && !secretRef) {
      errors.push(invalidValue(field, '', 'must specify one of: `configMapRef` or `secretRef`'));
    } else if (configMapRef && secretRef) {
      errors.push(invalidValue(field, '', 'may not have more than one field specified at a time'));
    }
  }
}

/** Upstream lets a dash stand at its end. */
const SOURCE_NAME = asPrefix(dns1123Subdomain);

function checkSourceName(errors: FieldError[], field: string, name: string | undefined): void {
  if (!name) errors.push(required(field));
  else checkNamed(errors, field, name, SOURCE_NAME);
}
