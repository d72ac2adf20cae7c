import { type FieldError, forbiddenField, invalidValue } from '../../../apimachinery/fieldErrors.ts';
import { dns1123Subdomain } from '../../../apimachinery/nameRules.ts';
import type { PodSpec, WindowsSecurityContextOptions } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';
import { allContainers } from '../containers.ts';

const NOT_FOR_WINDOWS = 'cannot be set for a windows pod';
const POD_FIELDS = ['hostUsers', 'hostPID', 'hostIPC', 'shareProcessNamespace'] as const;
const POD_CONTEXT_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'fsGroup',
  'fsGroupChangePolicy',
  'sysctls',
  'runAsUser',
  'runAsGroup',
  'supplementalGroups',
  'supplementalGroupsPolicy',
  'seLinuxChangePolicy',
] as const;
const CONTAINER_CONTEXT_FIELDS = [
  'appArmorProfile',
  'seLinuxOptions',
  'seccompProfile',
  'capabilities',
  'readOnlyRootFilesystem',
  'privileged',
  'allowPrivilegeEscalation',
  'procMount',
  'runAsUser',
  'runAsGroup',
] as const;

export function checkWindowsOptions(
  errors: FieldError[],
  field: string,
  options: WindowsSecurityContextOptions | undefined,
): void {
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options ?? {};
  if (name !== undefined) checkNamed(errors, `${field}.gmsaCredentialSpecName`, name, dns1123Subdomain);
  if (spec === '') {
    errors.push(
      invalidValue(`${field}.gmsaCredentialSpec`, spec, 'gmsaCredentialSpec cannot be an empty string'),
    );
  }
  if (user === '') {
    errors.push(invalidValue(`${field}.runAsUserName`, user, 'runAsUserName cannot be an empty string'));
  }
}

/** What only Windows has must not be asked of Linux. */
export function checkForLinux(errors: FieldError[], field: string, spec: PodSpec): void {
  const detail = 'windows options cannot be set for a linux pod';
  if (spec.securityContext?.windowsOptions) {
    errors.push(forbiddenField(`${field}.securityContext.windowsOptions`, detail));
  }
  for (const { container, field: path } of allContainers(spec, field)) {
    if (!container.securityContext?.windowsOptions) continue;
    errors.push(forbiddenField(`${path}.securityContext.windowsOptions`, detail));
  }
}

/** What only Linux has must not be asked of Windows. */
export function checkForWindows(errors: FieldError[], field: string, spec: PodSpec): void {
  for (const name of POD_FIELDS) {
    if (spec[name] !== undefined) errors.push(forbiddenField(`${field}.${name}`, NOT_FOR_WINDOWS));
  }
  for (const name of POD_CONTEXT_FIELDS) {
    if (spec.securityContext?.[name] === undefined) continue;
    errors.push(forbiddenField(`${field}.securityContext.${name}`, NOT_FOR_WINDOWS));
  }
  for (const { container, field: path } of allContainers(spec, field)) {
    for (const name of CONTAINER_CONTEXT_FIELDS) {
      if (container.securityContext?.[name] === undefined) continue;
      errors.push(forbiddenField(`${path}.securityContext.${name}`, NOT_FOR_WINDOWS));
    }
  }
}
