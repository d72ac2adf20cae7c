import { formatQuantity } from '../../apimachinery/quantity.ts';
import type { Container, Pod, PodSpec, ResourceRequirements } from '../../generated/types.ts';
import { setContainerDefaults } from './containerDefaults.ts';
import { aggregateLimits, aggregateRequests, canonicalize } from './resourceLists.ts';
import { isHugePages, isOvercommittable, isPodLevelResource } from './resourceNames.ts';
import { setVolumeDefaults } from './volumeDefaults.ts';

const DEFAULT_GRACE_SECONDS = 30;

/** What a pod gets that says nothing else: more than a template, which leaves some of it to its pods. */
export function setPodDefaults(pod: Pod): void {
  pod.spec ??= { containers: [] };
  const { spec } = pod;
  setPodSpecDefaults(spec);
  spec.enableServiceLinks ??= true;
  for (const container of spec.containers) askForLimits(container);
  for (const container of spec.initContainers ?? []) askForLimits(container);
  if (spec.resources) setPodResources(spec, spec.resources);
  if (spec.hostNetwork) mapPortsToHost(spec);
}

/** What a pod's spec and a template's alike get. */
export function setPodSpecDefaults(spec: PodSpec): void {
  spec.containers ??= [];
  spec.dnsPolicy ||= 'ClusterFirst';
  spec.restartPolicy ||= 'Always';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= DEFAULT_GRACE_SECONDS;
  spec.schedulerName ||= 'default-scheduler';
  setServiceAccount(spec);
  canonicalize(spec.overhead);
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume);
  for (const container of spec.initContainers ?? []) setContainerDefaults(container);
  for (const container of spec.containers) setContainerDefaults(container);
  for (const container of spec.ephemeralContainers ?? []) setContainerDefaults(container);
}

/** The account has an older name, which upstream always writes beside the newer. */
function setServiceAccount(spec: PodSpec): void {
  const account = spec.serviceAccountName || spec.serviceAccount;
  if (!account) return;
  spec.serviceAccountName = account;
  spec.serviceAccount = account;
}

/** Who limits a resource and does not ask for it asks for all of the limit. */
function askForLimits({ resources }: Container): void {
  if (!resources?.limits) return;
  resources.requests = { ...resources.limits, ...resources.requests };
}

/** What a pod with resources of its own does not say of them follows from its containers (KEP-2837). */
function setPodResources(spec: PodSpec, own: ResourceRequirements): void {
  canonicalize(own.limits);
  canonicalize(own.requests);
  if (!hasAny(own.limits) && !hasAny(own.requests)) return;
  limitHugePages(spec, own);
  if (hasAny(own.limits)) own.requests = podRequests(spec, own);
}

const hasAny = (list: Readonly<Record<string, string>> | undefined): boolean => {
  for (const _ in list) return true;
  return false;
};

function limitHugePages(spec: PodSpec, own: ResourceRequirements): void {
  for (const [name, amount] of aggregateLimits(spec)) {
    if (!isHugePages(name) || own.requests?.[name] !== undefined) continue;
    own.limits ??= {};
    own.limits[name] ??= formatQuantity(amount);
  }
}

/** A limited pod asks for what its containers ask for, or else for its limits. */
function podRequests(spec: PodSpec, { limits, requests }: ResourceRequirements): Record<string, string> {
  const asked = { ...requests };
  for (const [name, amount] of aggregateRequests(spec)) {
    if (isPodLevelResource(name) && isOvercommittable(name)) asked[name] ??= formatQuantity(amount);
  }
  for (const name in limits) if (isPodLevelResource(name)) asked[name] ??= limits[name]!;
  return asked;
}

/** In the host's network a container's port is the host's. */
function mapPortsToHost(spec: PodSpec): void {
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  }
}
