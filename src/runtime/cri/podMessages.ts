import { Message } from '../../apimachinery/protobuf.ts';

/** CRI's messages about pods (`k8s.io/cri-api/pkg/apis/runtime/v1/api.proto`), as much of them as is used here. */
export type Texts = Record<string, string>;

export interface Int64Value {
  value: number;
}
export const int64Value = new Message<Int64Value>({ value: [1, 'number'] });

export const NAMESPACE_POD = 0;
export const NAMESPACE_CONTAINER = 1;
export const NAMESPACE_NODE = 2;

export interface NamespaceOptions {
  network: number;
  pid: number;
  ipc: number;
}
export const namespaceOptions = new Message<NamespaceOptions>({
  network: [1, 'number'],
  pid: [2, 'number'],
  ipc: [3, 'number'],
});

export interface SecurityProfileMessage {
  profileType: number;
  localhostRef: string;
}
export const securityProfile = new Message<SecurityProfileMessage>({
  profileType: [1, 'number'],
  localhostRef: [2, 'text'],
});

export interface PodSandboxMetadata {
  name: string;
  uid: string;
  namespace: string;
  attempt: number;
}
const podSandboxMetadata = new Message<PodSandboxMetadata>({
  name: [1, 'text'],
  uid: [2, 'text'],
  namespace: [3, 'text'],
  attempt: [4, 'number'],
});

interface DnsMessage {
  servers: readonly string[];
  searches: readonly string[];
  options: readonly string[];
}

interface PortMappingMessage {
  protocol: number;
  containerPort: number;
  hostPort: number;
  hostIp: string;
}

interface SandboxSecurityContext {
  namespaceOptions: NamespaceOptions;
  privileged: boolean;
  seccomp: SecurityProfileMessage;
}

interface LinuxPodSandboxConfig {
  cgroupParent: string;
  securityContext: SandboxSecurityContext;
  sysctls: Readonly<Texts>;
}

export interface PodSandboxConfig {
  metadata: PodSandboxMetadata;
  hostname: string;
  logDirectory: string;
  dnsConfig?: DnsMessage | undefined;
  portMappings: PortMappingMessage[];
  labels: Texts;
  annotations: Texts;
  linux: LinuxPodSandboxConfig;
}
export const podSandboxConfig = new Message<PodSandboxConfig>({
  metadata: [1, podSandboxMetadata],
  hostname: [2, 'text'],
  logDirectory: [3, 'text'],
  dnsConfig: [
    4,
    new Message<DnsMessage>({
      servers: [1, 'text', 'many'],
      searches: [2, 'text', 'many'],
      options: [3, 'text', 'many'],
    }),
  ],
  portMappings: [
    5,
    new Message<PortMappingMessage>({
      protocol: [1, 'number'],
      containerPort: [2, 'number'],
      hostPort: [3, 'number'],
      hostIp: [4, 'text'],
    }),
    'many',
  ],
  labels: [6, 'map'],
  annotations: [7, 'map'],
  linux: [
    8,
    new Message<LinuxPodSandboxConfig>({
      cgroupParent: [1, 'text'],
      securityContext: [
        2,
        new Message<SandboxSecurityContext>({
          namespaceOptions: [1, namespaceOptions],
          privileged: [6, 'boolean'],
          seccomp: [9, securityProfile],
        }),
      ],
      sysctls: [3, 'map'],
    }),
  ],
});

export interface SandboxReference {
  podSandboxId: string;
}
export const sandboxReference = new Message<SandboxReference>({ podSandboxId: [1, 'text'] });

export const runPodSandboxRequest = new Message<{ config: PodSandboxConfig }>({
  config: [1, podSandboxConfig],
});

export const SANDBOX_READY = 0;

export interface PodSandboxStatus {
  id: string;
  state: number;
  /** In nanoseconds, as all times of CRI. */
  createdAt: number;
  network: { ip: string } | undefined;
  annotations: Texts;
}
export const podSandboxStatusResponse = new Message<{ status: PodSandboxStatus | undefined }>({
  status: [
    1,
    new Message<PodSandboxStatus>({
      id: [1, 'text'],
      state: [3, 'number'],
      createdAt: [4, 'number'],
      network: [5, new Message<{ ip: string }>({ ip: [1, 'text'] })],
      annotations: [8, 'map'],
    }),
  ],
});

/** All of them with these labels. */
export interface ListPodSandboxRequest {
  filter: { labelSelector: Texts };
}
export const listPodSandboxRequest = new Message<ListPodSandboxRequest>({
  filter: [1, new Message<{ labelSelector: Texts }>({ labelSelector: [3, 'map'] })],
});

export const listPodSandboxResponse = new Message<{ items: { id: string }[] }>({
  items: [1, new Message<{ id: string }>({ id: [1, 'text'] }), 'many'],
});

export interface PortForwardRequest {
  podSandboxId: string;
  port: number[];
}
export const portForwardRequest = new Message<PortForwardRequest>({
  podSandboxId: [1, 'text'],
  port: [2, 'number', 'many'],
});

export const urlResponse = new Message<{ url: string }>({ url: [1, 'text'] });

export const nothing = new Message<object>({});
