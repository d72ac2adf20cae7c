/** What the containers of a pod share, beside their address. For runtimes that isolate (`cri`); others leave it aside. */
export interface SandboxIsolation {
  readonly hostPID: boolean;
  readonly hostIPC: boolean;
  /** Whether the containers see each other's processes (`shareProcessNamespace`). */
  readonly sharesProcesses: boolean;
  /** Whether one of them is privileged. */
  readonly privileged: boolean;
  /** Undefined: the host's. */
  readonly dns: DnsConfig | undefined;
  /** What follows on the pod's name in its full name. */
  readonly domain?: string | undefined;
  readonly hostAliases: readonly HostAlias[];
  readonly ports: readonly PortMapping[];
  readonly sysctls: Readonly<Record<string, string>>;
  /** Whether the pod asks for users that are not the host's (`hostUsers: false`). */
  readonly ownUsers?: boolean;
  /** What the pod asks to be run by (`runtimeClassName`). */
  readonly runtimeClass?: string | undefined;
}

export interface DnsConfig {
  readonly servers: readonly string[];
  readonly searches: readonly string[];
  readonly options: readonly string[];
}

export interface HostAlias {
  readonly ip: string;
  readonly hostnames: readonly string[];
}

/** A port of the host that leads to one of the pod. */
export interface PortMapping {
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly containerPort: number;
  readonly hostPort: number;
  readonly hostIP: string;
}

/** What a container may do and use. */
export interface ContainerIsolation {
  /** Undefined: the image's. */
  readonly user: number | undefined;
  readonly group: number | undefined;
  readonly supplementalGroups: readonly number[];
  /** Whether the user has none of the groups that its image gives it (`supplementalGroupsPolicy: Strict`). */
  readonly strictGroups?: boolean;
  /** Upstream's `runAsNonRoot`: a container whose image would run it as root is not created. */
  readonly mustNotBeRoot: boolean;
  readonly privileged: boolean;
  readonly readOnlyRoot: boolean;
  readonly noNewPrivileges: boolean;
  readonly addedCapabilities: readonly string[];
  readonly droppedCapabilities: readonly string[];
  readonly seccomp: SecurityProfile;
  /** Undefined: the runtime's default. */
  readonly appArmor: SecurityProfile | undefined;
  /** `procMount: Unmasked`. */
  readonly unmaskedProc: boolean;
  readonly resources: ContainerResources;
  /** Where the container may leave its last words. */
  readonly terminationMessagePath: string;
}

export type SecurityProfile =
  | { readonly type: 'RuntimeDefault' | 'Unconfined' }
  | { readonly type: 'Localhost'; readonly name: string };

/** In the terms of control groups; 0 is no limit. */
export interface ContainerResources {
  readonly cpuShares: number;
  readonly cpuQuota: number;
  readonly cpuPeriod: number;
  readonly memoryLimitBytes: number;
  readonly oomScoreAdjust: number;
}
