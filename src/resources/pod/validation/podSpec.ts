import {
  duplicate,
  type FieldError,
  forbiddenField,
  notSupported,
  required,
  tooLong,
} from '../../../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain, qualifiedName } from '../../../apimachinery/nameRules.ts';
import { validateLabels } from '../../../apimachinery/validation.ts';
import type { PodSpec } from '../../../generated/types.ts';
import { checkNamed, checkNamedIfSet, checkRange, checkSupported } from '../../checks.ts';
import { allContainers } from '../containers.ts';
import { checkAffinity } from './affinity.ts';
import { checkResourceClaims } from './claims.ts';
import { checkAllContainers } from './containers.ts';
import { checkDnsConfig, checkDnsPolicy, checkHostAliases } from './dns.ts';
import { checkFileVariables } from './fileVariables.ts';
import { checkHostNetworkPorts } from './ports.ts';
import { checkOverhead, checkPodResources } from './resources.ts';
import { checkPodSecurityContext } from './securityContext.ts';
import { checkTolerations } from './tolerations.ts';
import { checkTopologySpread } from './topologySpread.ts';
import { checkVolumes } from './volumes.ts';
import { checkForLinux, checkForWindows, checkHostProcess } from './windows.ts';

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const PREEMPTION_POLICIES = ['PreemptLowerPriority', 'Never'];
const SYSTEMS = ['linux', 'windows'];
const LARGEST_INT32 = 2_147_483_647;
const LONGEST_HOSTNAME = 64;

/** Whose spec it is: a pod's, which has a name, or a template's. */
export type SpecOwner =
  | { readonly kind: 'pod'; readonly name: string; readonly isStatic: boolean }
  | { readonly kind: 'template' };

/** A pod's spec, with defaults set (`ValidatePodSpec`, in its order). */
export function checkPodSpec(errors: FieldError[], field: string, spec: PodSpec, owner: SpecOwner): void {
  if (spec.terminationGracePeriodSeconds === undefined) {
    errors.push(required(`${field}.terminationGracePeriodSeconds`));
  }
  const podName = owner.kind === 'pod' ? owner.name : '';
  const volumes = checkVolumes(errors, `${field}.volumes`, spec.volumes, podName);
  const isStatic = owner.kind === 'pod' && owner.isStatic;
  checkResourceClaims(errors, `${field}.resourceClaims`, spec.resourceClaims, isStatic);
  checkAllContainers(errors, field, spec, volumes);
  checkPodResources(errors, `${field}.resources`, spec);
  if (spec.hostNetwork)
    checkHostNetworkPorts(errors, `${field}.containers`, spec.containers, owner.kind === 'pod');
  checkSupported(errors, `${field}.restartPolicy`, spec.restartPolicy, RESTART_POLICIES);
  checkDnsPolicy(errors, `${field}.dnsPolicy`, spec.dnsPolicy);
  if (spec.nodeSelector) errors.push(...validateLabels(spec.nodeSelector, `${field}.nodeSelector`));
  checkPodSecurityContext(errors, `${field}.securityContext`, spec);
  checkAffinity(errors, `${field}.affinity`, spec.affinity);
  checkDnsConfig(errors, `${field}.dnsConfig`, spec);
  checkGates(errors, field, spec);
  checkTopologySpread(errors, `${field}.topologySpreadConstraints`, spec.topologySpreadConstraints);
  checkHostProcess(errors, field, spec);
  checkUserNamespace(errors, field, spec);
  checkHostnameOverride(errors, `${field}.hostnameOverride`, spec);
  checkNamedIfSet(errors, `${field}.serviceAccountName`, spec.serviceAccountName, dns1123Subdomain);
  checkNamedIfSet(errors, `${field}.nodeName`, spec.nodeName, dns1123Subdomain);
  checkRange(errors, `${field}.activeDeadlineSeconds`, spec.activeDeadlineSeconds, 1, LARGEST_INT32);
  checkNamedIfSet(errors, `${field}.hostname`, spec.hostname, dns1123Label);
  checkNamedIfSet(errors, `${field}.subdomain`, spec.subdomain, dns1123Label);
  checkTolerations(errors, `${field}.tolerations`, spec.tolerations);
  checkHostAliases(errors, `${field}.hostAliases`, spec.hostAliases);
  checkClasses(errors, field, spec);
  checkOverhead(errors, `${field}.overhead`, spec.overhead);
  checkSystem(errors, field, spec);
  checkFileVariables(errors, field, spec);
}

function checkGates(errors: FieldError[], field: string, spec: PodSpec): void {
  for (const [index, { conditionType }] of (spec.readinessGates ?? []).entries()) {
    checkNamed(errors, `${field}.readinessGates[${index}].conditionType`, conditionType ?? '', qualifiedName);
  }
  const seen = new Set<string>();
  for (const [index, { name }] of (spec.schedulingGates ?? []).entries()) {
    const path = `${field}.schedulingGates[${index}]`;
    checkNamed(errors, path, name ?? '', qualifiedName);
    if (seen.has(name)) errors.push(duplicate(path, name));
    seen.add(name);
  }
}

/** A user namespace of its own goes with none of the host's (KEP-127). */
function checkUserNamespace(errors: FieldError[], field: string, spec: PodSpec): void {
  if (spec.hostUsers !== false) return;
  const detail = 'when `hostUsers` is false';
  if (spec.hostNetwork) errors.push(forbiddenField(`${field}.hostNetwork`, detail));
  if (spec.hostPID) errors.push(forbiddenField(`${field}.HostPID`, detail));
  if (spec.hostIPC) errors.push(forbiddenField(`${field}.HostIPC`, detail));
  for (const { container, field: path } of allContainers(spec, field)) {
    if (container.volumeDevices?.length) errors.push(forbiddenField(`${path}.volumeDevices`, detail));
  }
}

function checkClasses(errors: FieldError[], field: string, spec: PodSpec): void {
  checkNamedIfSet(errors, `${field}.priorityClassName`, spec.priorityClassName, dns1123Subdomain);
  const { runtimeClassName, preemptionPolicy } = spec;
  if (runtimeClassName !== undefined)
    checkNamed(errors, `${field}.runtimeClassName`, runtimeClassName, dns1123Subdomain);
  if (preemptionPolicy !== undefined)
    checkSupported(errors, `${field}.preemptionPolicy`, preemptionPolicy, PREEMPTION_POLICIES);
}

/** A host name that takes the place of all others (KEP-4762). */
function checkHostnameOverride(errors: FieldError[], field: string, spec: PodSpec): void {
  const { hostnameOverride: name } = spec;
  if (name === undefined) return;
  if (spec.setHostnameAsFQDN)
    errors.push(forbiddenField(field, 'may not be specified when setHostnameAsFQDN is true'));
  if (spec.hostNetwork) errors.push(forbiddenField(field, 'may not be specified when hostNetwork is true'));
  if (name.length > LONGEST_HOSTNAME) errors.push(tooLong(field, LONGEST_HOSTNAME));
  checkNamed(errors, field, name, dns1123Subdomain);
}

function checkSystem(errors: FieldError[], field: string, spec: PodSpec): void {
  if (!spec.os) return;
  const { name } = spec.os;
  if (!name) errors.push(required(`${field}.os.name`));
  else if (!SYSTEMS.includes(name)) errors.push(notSupported(`${field}.os`, name, SYSTEMS));
  else if (name === 'linux') checkForLinux(errors, field, spec);
  else checkForWindows(errors, field, spec);
}

/** Tokens are of a service account, which a pod without one cannot ask for. */
export function checkTokenVolumes(errors: FieldError[], field: string, spec: PodSpec): void {
  if (spec.serviceAccountName) return;
  for (const [index, { projected }] of (spec.volumes ?? []).entries()) {
    for (const [at, { serviceAccountToken }] of (projected?.sources ?? []).entries()) {
      if (!serviceAccountToken) continue;
      const path = `${field}.volumes[${index}].projected.sources[${at}].serviceAccountToken`;
      errors.push(forbiddenField(path, 'must not be specified when serviceAccountName is not set'));
    }
  }
}
