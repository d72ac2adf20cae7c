import { formatQuantity } from '../../apimachinery/quantity.ts';
import type { Container, Pod, PodSpec } from '../../generated/types.ts';
import { setContainerDefaults } from './containerDefaults.ts';
import { isSidecar } from './containers.ts';
import { aggregateRequests, canonicalize } from './resourceLists.ts';
import { isPodLevelResource } from './resourceNames.ts';
import { setVolumeDefaults } from './volumeDefaults.ts';

const DEFAULT_GRACE_SECONDS = 30;

/** What a pod gets that says nothing else: more than a template, which leaves some of it to its pods. */
export function setPodDefaults(pod: Pod): void {
  pod.spec ??= { containers: [] };
  const { spec } = pod;
  setPodSpecDefaults(spec);
  spec.enableServiceLinks ??= true;
  for (const container of spec.containers) {
    askForLimits(container);
    setResizePolicy(container);
  }
  for (const container of spec.initContainers ?? []) {
    askForLimits(container);
    if (isSidecar(container)) setResizePolicy(container);
  }
  if (spec.resources) setPodResources(spec);
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

/** Resizing in place restarts nothing unless it is said (KEP-1287). */
function setResizePolicy(container: Container): void {
  const { requests } = container.resources ?? {};
  for (const resourceName of ['cpu', 'memory']) {
    if (requests?.[resourceName] === undefined) continue;
    if (container.resizePolicy?.some((policy) => policy.resourceName === resourceName)) continue;
    container.resizePolicy = [
      ...(container.resizePolicy ?? []),
      { resourceName, restartPolicy: 'NotRequired' },
    ];
  }
}

/** A pod with resources of its own asks for what its containers ask for, or else for its limits (KEP-2837). */
function setPodResources(spec: PodSpec): void {
  const { limits, requests } = spec.resources!;
  canonicalize(limits);
  canonicalize(requests);
  if (!limits && !requests) return;
  const asked = { ...requests };
  for (const [name, amount] of aggregateRequests(spec)) {
    if (isPodLevelResource(name)) asked[name] ??= formatQuantity(amount);
  }
  for (const name in limits) if (isPodLevelResource(name)) asked[name] ??= limits[name]!;
  spec.resources!.requests = asked;
}

/** In the host's network a container's port is the host's. */
function mapPortsToHost(spec: PodSpec): void {
  for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) {
    for (const port of container.ports ?? []) port.hostPort ||= port.containerPort;
  }
}
