import type { SandboxIsolation, SecurityProfile } from '../isolation.ts';
import type { Sandbox, SandboxConfig } from '../runtime.ts';
import {
  NAMESPACE_CONTAINER,
  NAMESPACE_NODE,
  NAMESPACE_POD,
  type NamespaceOptions,
  type PodSandboxConfig,
  type PodSandboxStatus,
  SANDBOX_READY,
  type SecurityProfileMessage,
} from './podMessages.ts';

/** Marks what is a node's: several nodes may share a runtime. */
export const OWNER_LABEL = 'sampan.dev/owner';
/** Keeps what we want to know again of a sandbox. */
const CONFIG_ANNOTATION = 'sampan.dev/sandbox';

export interface SandboxPlaces {
  readonly owner: string;
  readonly logDirectory: string;
  readonly cgroupParent: string;
}

const PROTOCOLS = ['TCP', 'UDP', 'SCTP'];

export function podSandboxMessage(config: SandboxConfig, places: SandboxPlaces): PodSandboxConfig {
  const { name, namespace, uid, attempt, hostNetwork, isolation } = config;
  return {
    metadata: { name, namespace, uid, attempt },
    hostname: hostNetwork ? '' : config.hostname,
    logDirectory: places.logDirectory,
    dnsConfig: isolation?.dns,
    portMappings: (isolation?.ports ?? []).map(({ protocol, containerPort, hostPort, hostIP }) => ({
      protocol: Math.max(0, PROTOCOLS.indexOf(protocol)),
      containerPort,
      hostPort,
      hostIp: hostIP,
    })),
    labels: {
      ...config.labels,
      'io.kubernetes.pod.name': name,
      'io.kubernetes.pod.namespace': namespace,
      'io.kubernetes.pod.uid': uid,
      [OWNER_LABEL]: places.owner,
    },
    annotations: { ...config.annotations, [CONFIG_ANNOTATION]: JSON.stringify(config) },
    linux: {
      cgroupParent: places.cgroupParent,
      securityContext: {
        namespaceOptions: namespacesOf(hostNetwork, isolation),
        privileged: isolation?.privileged ?? false,
        seccomp: profileMessage({ type: 'RuntimeDefault' }),
      },
      sysctls: isolation?.sysctls ?? {},
    },
  };
}

/** Which namespaces the pod's containers live in. */
export function namespacesOf(
  hostNetwork: boolean,
  isolation: SandboxIsolation | undefined,
): NamespaceOptions {
  const own = isolation?.sharesProcesses ? NAMESPACE_POD : NAMESPACE_CONTAINER;
  return {
    network: hostNetwork ? NAMESPACE_NODE : NAMESPACE_POD,
    pid: isolation?.hostPID ? NAMESPACE_NODE : own,
    ipc: isolation?.hostIPC ? NAMESPACE_NODE : NAMESPACE_POD,
  };
}

const PROFILE_TYPES = ['RuntimeDefault', 'Unconfined', 'Localhost'];

export const profileMessage = (profile: SecurityProfile): SecurityProfileMessage => ({
  profileType: PROFILE_TYPES.indexOf(profile.type),
  localhostRef: profile.type === 'Localhost' ? profile.name : '',
});

/** Undefined for a sandbox that is not ours. */
export function sandboxOf(status: PodSandboxStatus): Sandbox | undefined {
  const kept = status.annotations[CONFIG_ANNOTATION];
  if (kept === undefined) return undefined;
  const config = JSON.parse(kept) as SandboxConfig;
  const ip = status.network?.ip || config.address;
  return {
    id: status.id,
    config,
    state: status.state === SANDBOX_READY ? 'ready' : 'notReady',
    ip,
    reachableAt: ip,
    createdAt: milliseconds(status.createdAt),
  };
}

/** CRI counts in nanoseconds. */
export const milliseconds = (nanoseconds: number): number => Math.floor(nanoseconds / 1e6);
