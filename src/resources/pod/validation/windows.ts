import { type FieldError, forbiddenField, invalidValue } from '../../../apimachinery/fieldErrors.ts';
import type { PodSpec } from '../../../generated/types.ts';
import { allContainers } from '../containers.ts';

const NOT_FOR_WINDOWS = 'cannot be set for a windows pod';
const POD_CONTEXT_FIELDS = [
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
  checkPodForWindows(errors, field, spec);
  for (const { container, field: path } of allContainers(spec, field)) {
    for (const name of CONTAINER_CONTEXT_FIELDS) {
      if (container.securityContext?.[name] === undefined) continue;
      errors.push(forbiddenField(`${path}.securityContext.${name}`, NOT_FOR_WINDOWS));
    }
  }
}

/** In upstream's order, which has some of the spec among the security context, as upstream itself has. */
function checkPodForWindows(errors: FieldError[], field: string, spec: PodSpec): void {
  const context = spec.securityContext ?? {};
  const refuse = (path: string) => errors.push(forbiddenField(`${field}.${path}`, NOT_FOR_WINDOWS));
  if (context.appArmorProfile) refuse('securityContext.appArmorProfile');
  if (context.seLinuxOptions) refuse('securityContext.seLinuxOptions');
  if (spec.hostUsers !== undefined) refuse('hostUsers');
  if (spec.hostPID) refuse('hostPID');
  if (spec.hostIPC) refuse('hostIPC');
  if (context.seccompProfile !== undefined) refuse('securityContext.seccompProfile');
  if (context.fsGroup !== undefined) refuse('securityContext.fsGroup');
  if (context.fsGroupChangePolicy !== undefined) refuse('securityContext.fsGroupChangePolicy');
  if (context.sysctls?.length) refuse('securityContext.sysctls');
  if (spec.shareProcessNamespace !== undefined) refuse('shareProcessNamespace');
  for (const name of POD_CONTEXT_FIELDS) {
    if (context[name] !== undefined) refuse(`securityContext.${name}`);
  }
}
