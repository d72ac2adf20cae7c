import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import type { PodSecurityContext, PodSpec, SecurityContext, Sysctl } from '../../../generated/types.ts';
import { checkRange, checkSupportedIfSet } from '../../checks.ts';
import { shownSecurityContext } from '../../internalForm.ts';
import { checkAppArmorProfile, checkSeccompProfile } from './profiles.ts';
import { checkWindowsOptions } from './windowsOptions.ts';

const LARGEST_ID = 2_147_483_647;
const PROC_MOUNTS = ['Default', 'Unmasked'];
const SYSCTL_SEGMENT = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const SYSCTL_SOURCE = `^(${SYSCTL_SEGMENT}[\\./])*${SYSCTL_SEGMENT}$`;
const SYSCTL = new RegExp(SYSCTL_SOURCE);
const LONGEST_SYSCTL = 253;

/** A container's security context. `hostUsers`: whether the pod lives in the host's user namespace. */
export function checkSecurityContext(
  errors: FieldError[],
  field: string,
  context: SecurityContext | undefined,
  hostUsers: boolean,
): void {
  if (!context) return;
  checkRange(errors, `${field}.runAsUser`, context.runAsUser, 0, LARGEST_ID);
  checkRange(errors, `${field}.runAsGroup`, context.runAsGroup, 0, LARGEST_ID);
  checkProcMount(errors, `${field}.procMount`, context.procMount, hostUsers);
  checkSeccompProfile(errors, `${field}.seccompProfile`, context.seccompProfile);
  if (context.allowPrivilegeEscalation === false) checkNoEscalation(errors, field, context);
  checkWindowsOptions(errors, `${field}.windowsOptions`, context.windowsOptions);
  checkAppArmorProfile(errors, `${field}.appArmorProfile`, context.appArmorProfile);
}

function checkProcMount(
  errors: FieldError[],
  field: string,
  mount: string | undefined,
  hostUsers: boolean,
): void {
  if (mount === undefined) return;
  if (!PROC_MOUNTS.includes(mount)) errors.push(notSupported(field, mount, PROC_MOUNTS));
  if (hostUsers && mount === 'Unmasked') {
    errors.push(invalidValue(field, mount, '`hostUsers` must be false to use `Unmasked`'));
  }
}

function checkNoEscalation(errors: FieldError[], field: string, context: SecurityContext): void {
  const refuse = (what: string) =>
    errors.push(
      invalidValue(
        field,
        shownSecurityContext(context),
        `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
      ),
    );
  if (context.privileged) refuse('`privileged` to true');
  if (context.capabilities?.add?.includes('CAP_SYS_ADMIN')) refuse('`capabilities.Add` CAP_SYS_ADMIN');
}

/** The security context of the pod as a whole. */
export function checkPodSecurityContext(errors: FieldError[], field: string, spec: PodSpec): void {
  const { securityContext: context, shareProcessNamespace, hostPID } = spec;
  if (context) checkIds(errors, field, context);
  if (shareProcessNamespace && hostPID) {
    const path = `${field}.shareProcessNamespace`;
    errors.push(invalidValue(path, true, 'ShareProcessNamespace and HostPID cannot both be enabled'));
  }
  if (!context) return;
  checkSysctls(errors, `${field}.sysctls`, context.sysctls ?? [], spec);
  checkSupportedIfSet(errors, `${field}.fsGroupChangePolicy`, context.fsGroupChangePolicy, [
    'Always',
    'OnRootMismatch',
  ]);
  checkSeccompProfile(errors, `${field}.seccompProfile`, context.seccompProfile);
  checkWindowsOptions(errors, `${field}.windowsOptions`, context.windowsOptions);
  checkAppArmorProfile(errors, `${field}.appArmorProfile`, context.appArmorProfile);
  checkSupportedIfSet(errors, `${field}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, [
    'Merge',
    'Strict',
  ]);
  // `MountOption` comes with 1.37.
  checkSupportedIfSet(errors, `${field}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ['Recursive']);
}

function checkIds(errors: FieldError[], field: string, context: PodSecurityContext): void {
  checkRange(errors, `${field}.fsGroup`, context.fsGroup, 0, LARGEST_ID);
  checkRange(errors, `${field}.runAsUser`, context.runAsUser, 0, LARGEST_ID);
  checkRange(errors, `${field}.runAsGroup`, context.runAsGroup, 0, LARGEST_ID);
  for (const [index, group] of (context.supplementalGroups ?? []).entries()) {
    checkRange(errors, `${field}.supplementalGroups[${index}]`, group, 0, LARGEST_ID);
  }
}

function checkSysctls(errors: FieldError[], field: string, sysctls: readonly Sysctl[], spec: PodSpec): void {
  const seen = new Set<string>();
  for (const [index, { name }] of sysctls.entries()) {
    const path = `${field}[${index}].name`;
    if (!name) errors.push(required(path));
    else if (name.length > LONGEST_SYSCTL || !SYSCTL.test(name)) {
      const detail = `must have at most ${LONGEST_SYSCTL} characters and match regex ${SYSCTL_SOURCE}`;
      errors.push(invalidValue(path, name, detail));
    } else if (seen.has(name)) errors.push(duplicate(path, name));
    if (name) checkNamespaceOf(errors, path, name, spec);
    seen.add(name);
  }
}

/** A pod has no settings of its own where it has no namespace of its own. */
function checkNamespaceOf(errors: FieldError[], field: string, name: string, spec: PodSpec): void {
  if (spec.hostNetwork && /^net[./]/.test(name))
    errors.push(invalidValue(field, name, "may not be specified when 'hostNetwork' is true"));
  else if (spec.hostIPC && /^(fs[./]mqueue[./]|kernel[./](sem$|shm|msg))/.test(name))
    errors.push(invalidValue(field, name, "may not be specified when 'hostIPC' is true"));
}
