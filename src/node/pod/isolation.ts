import type { Container, Pod, PodSpec, SeccompProfile } from '../../generated/types.ts';
import type {
  ContainerIsolation,
  PortMapping,
  SandboxIsolation,
  SecurityProfile,
} from '../../runtime/isolation.ts';
import { containerResources } from './containerResources.ts';
import { podDns } from './podDns.ts';

const LAST_WORDS = '/dev/termination-log';
/** Where profiles of the node are looked for, as the kubelet does. */
const SECCOMP_ROOT = '/var/lib/kubelet/seccomp/';

/** What the pod's containers share, as the spec asks for it. `clusterDns` is the address of the cluster's DNS, where there is one. */
export function sandboxIsolation({ metadata, spec }: Pod, clusterDns?: string): SandboxIsolation {
  const sysctls = (spec.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value] as const);
  return {
    hostPID: spec.hostPID ?? false,
    hostIPC: spec.hostIPC ?? false,
    sharesProcesses: spec.shareProcessNamespace ?? false,
    privileged: containersIn(spec).some(({ securityContext }) => securityContext?.privileged),
    dns: podDns(spec, metadata.namespace ?? '', clusterDns),
    domain: spec.hostnameOverride ? undefined : domainOf(spec.subdomain, metadata.namespace ?? ''),
    hostAliases: (spec.hostAliases ?? []).map(({ ip, hostnames = [] }) => ({ ip, hostnames })),
    ports: spec.hostNetwork ? [] : containersIn(spec).flatMap(portsOf),
    sysctls: Object.fromEntries(sysctls),
    ownUsers: spec.hostUsers === false,
    runtimeClass: spec.runtimeClassName,
  };
}

/** Where a pod with a subdomain has its name. */
export const domainOf = (subdomain: string | undefined, namespace: string): string | undefined =>
  subdomain ? `${subdomain}.${namespace}.svc.cluster.local` : undefined;

const containersIn = ({ containers, initContainers = [] }: PodSpec): Container[] => [
  ...initContainers,
  ...containers,
];

const portsOf = ({ ports = [] }: Container): PortMapping[] =>
  ports.flatMap(({ hostPort, containerPort, hostIP = '', protocol = 'TCP' }) =>
    hostPort ? [{ protocol: protocol as PortMapping['protocol'], containerPort, hostPort, hostIP }] : [],
  );

/** What the container may do and use: its own security context before the pod's. */
export function containerIsolation(
  pod: Pod,
  container: Container,
  nodeMemory: string | undefined,
): ContainerIsolation {
  const shared = pod.spec.securityContext ?? {};
  const own = container.securityContext ?? {};
  const privileged = own.privileged ?? false;
  return {
    user: own.runAsUser ?? shared.runAsUser,
    group: own.runAsGroup ?? shared.runAsGroup,
    supplementalGroups: [
      ...(shared.supplementalGroups ?? []),
      ...(shared.fsGroup === undefined ? [] : [shared.fsGroup]),
    ],
    strictGroups: shared.supplementalGroupsPolicy === 'Strict',
    mustNotBeRoot: own.runAsNonRoot ?? shared.runAsNonRoot ?? false,
    privileged,
    readOnlyRoot: own.readOnlyRootFilesystem ?? false,
    noNewPrivileges: own.allowPrivilegeEscalation === false,
    addedCapabilities: own.capabilities?.add ?? [],
    droppedCapabilities: own.capabilities?.drop ?? [],
    seccomp: seccompOf(own.seccompProfile ?? shared.seccompProfile),
    appArmor: appArmorOf(own.appArmorProfile ?? shared.appArmorProfile),
    unmaskedProc: own.procMount === 'Unmasked',
    resources: containerResources(pod, container, nodeMemory),
    terminationMessagePath: container.terminationMessagePath || LAST_WORDS,
  };
}

/** Without a profile of its own a container is not confined, as with the kubelet's default. */
function seccompOf(profile: SeccompProfile | undefined): SecurityProfile {
  if (profile?.type === 'Localhost')
    return { type: 'Localhost', name: SECCOMP_ROOT + (profile.localhostProfile ?? '') };
  return { type: profile?.type === 'RuntimeDefault' ? 'RuntimeDefault' : 'Unconfined' };
}

function appArmorOf(
  profile: { type?: string; localhostProfile?: string } | undefined,
): SecurityProfile | undefined {
  if (!profile) return undefined;
  if (profile.type === 'Localhost') return { type: 'Localhost', name: profile.localhostProfile ?? '' };
  return { type: profile.type === 'Unconfined' ? 'Unconfined' : 'RuntimeDefault' };
}
