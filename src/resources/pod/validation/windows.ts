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

/** Processes of the host are all of a pod's or none, and in the host's network. */
export function checkHostProcess(errors: FieldError[], field: string, spec: PodSpec): void {
  const ofPod = spec.securityContext?.windowsOptions?.hostProcess;
  let [count, inHost] = [0, 0];
  for (const { container, field: path } of allContainers(spec, field)) {
    const own = container.securityContext?.windowsOptions?.hostProcess;
    if (ofPod !== undefined && own !== undefined && ofPod !== own) {
      const detail = `pod hostProcess value must be identical if both are specified, was ${ofPod}`;
      errors.push(invalidValue(`${path}.securityContext.windowsOptions.hostProcess`, own, detail));
    }
    count++;
    if (own ?? ofPod) inHost++;
  }
  if (inHost === 0) return;
  if (inHost < count) {
    const detail =
      'If pod contains any hostProcess containers then all containers must be HostProcess containers';
    errors.push(invalidValue(field, '', detail));
  }
  if (spec.hostNetwork) return;
  const detail = 'hostNetwork must be true if pod contains any hostProcess containers';
  errors.push(invalidValue(`${field}.hostNetwork`, false, detail));
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
