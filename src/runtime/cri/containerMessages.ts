import { Message } from '../../apimachinery/protobuf.ts';
import { type ImageSpec, imageSpec } from './imageMessages.ts';
import {
  type Int64Value,
  int64Value,
  type NamespaceOptions,
  namespaceOptions,
  type PodSandboxConfig,
  podSandboxConfig,
  type SecurityProfileMessage,
  securityProfile,
  type Texts,
} from './podMessages.ts';

/** CRI's messages about containers. */
interface ContainerMetadata {
  name: string;
  attempt: number;
}

export const MERGE_GROUPS = 0;
export const STRICT_GROUPS = 1;

export interface LinuxResources {
  cpuPeriod: number;
  cpuQuota: number;
  cpuShares: number;
  memoryLimitInBytes: number;
  oomScoreAdj: number;
  /** Settings of version 2 of control groups, by the names of their files. */
  unified: Readonly<Texts>;
}

interface SecurityContext {
  capabilities: { added: readonly string[]; dropped: readonly string[] };
  privileged: boolean;
  namespaceOptions: NamespaceOptions;
  runAsUser?: Int64Value | undefined;
  runAsGroup?: Int64Value | undefined;
  readonlyRootfs: boolean;
  supplementalGroups: readonly number[];
  supplementalGroupsPolicy: number;
  noNewPrivs: boolean;
  maskedPaths: readonly string[];
  readonlyPaths: readonly string[];
  seccomp: SecurityProfileMessage;
  apparmor?: SecurityProfileMessage | undefined;
}

export interface LinuxContainerConfig {
  resources: LinuxResources;
  securityContext: SecurityContext;
}

export interface MountMessage {
  containerPath: string;
  hostPath: string;
  readonly: boolean;
  propagation: number;
}

export interface ContainerConfigMessage {
  metadata: ContainerMetadata;
  image: ImageSpec;
  command: readonly string[];
  args: readonly string[];
  workingDir: string;
  envs: { key: string; value: string }[];
  mounts: MountMessage[];
  labels: Texts;
  annotations: Texts;
  logPath: string;
  stdin: boolean;
  stdinOnce: boolean;
  tty: boolean;
  linux: LinuxContainerConfig;
}

const containerMetadata = new Message<ContainerMetadata>({ name: [1, 'text'], attempt: [2, 'number'] });

const linuxResources = new Message<LinuxResources>({
  cpuPeriod: [1, 'number'],
  cpuQuota: [2, 'number'],
  cpuShares: [3, 'number'],
  memoryLimitInBytes: [4, 'number'],
  oomScoreAdj: [5, 'number'],
  unified: [9, 'map'],
});

export const updateContainerResourcesRequest = new Message<{ containerId: string; linux: LinuxResources }>({
  containerId: [1, 'text'],
  linux: [2, linuxResources],
});

const linuxContainerConfig = new Message<LinuxContainerConfig>({
  resources: [1, linuxResources],
  securityContext: [
    2,
    new Message<SecurityContext>({
      capabilities: [
        1,
        new Message<SecurityContext['capabilities']>({
          added: [1, 'text', 'many'],
          dropped: [2, 'text', 'many'],
        }),
      ],
      privileged: [2, 'boolean'],
      namespaceOptions: [3, namespaceOptions],
      runAsUser: [5, int64Value],
      readonlyRootfs: [7, 'boolean'],
      supplementalGroups: [8, 'number', 'many'],
      noNewPrivs: [11, 'boolean'],
      runAsGroup: [12, int64Value],
      maskedPaths: [13, 'text', 'many'],
      readonlyPaths: [14, 'text', 'many'],
      seccomp: [15, securityProfile],
      apparmor: [16, securityProfile],
      supplementalGroupsPolicy: [17, 'number'],
    }),
  ],
});

const containerConfig = new Message<ContainerConfigMessage>({
  metadata: [1, containerMetadata],
  image: [2, imageSpec],
  command: [3, 'text', 'many'],
  args: [4, 'text', 'many'],
  workingDir: [5, 'text'],
  envs: [6, new Message<{ key: string; value: string }>({ key: [1, 'text'], value: [2, 'text'] }), 'many'],
  mounts: [
    7,
    new Message<MountMessage>({
      containerPath: [1, 'text'],
      hostPath: [2, 'text'],
      readonly: [3, 'boolean'],
      propagation: [5, 'number'],
    }),
    'many',
  ],
  labels: [9, 'map'],
  annotations: [10, 'map'],
  logPath: [11, 'text'],
  stdin: [12, 'boolean'],
  stdinOnce: [13, 'boolean'],
  tty: [14, 'boolean'],
  linux: [15, linuxContainerConfig],
});

export interface CreateContainerRequest {
  podSandboxId: string;
  config: ContainerConfigMessage;
  sandboxConfig: PodSandboxConfig;
}
export const createContainerRequest = new Message<CreateContainerRequest>({
  podSandboxId: [1, 'text'],
  config: [2, containerConfig],
  sandboxConfig: [3, podSandboxConfig],
});

export interface ContainerReference {
  containerId: string;
}
export const containerReference = new Message<ContainerReference>({ containerId: [1, 'text'] });

export interface StopContainerRequest extends ContainerReference {
  timeout: number;
}
export const stopContainerRequest = new Message<StopContainerRequest>({
  containerId: [1, 'text'],
  timeout: [2, 'number'],
});

export const CONTAINER_CREATED = 0;
export const CONTAINER_RUNNING = 1;
export const CONTAINER_EXITED = 2;

export interface ContainerStatusMessage {
  id: string;
  metadata: ContainerMetadata | undefined;
  state: number;
  createdAt: number;
  startedAt: number;
  finishedAt: number;
  exitCode: number;
  image: ImageSpec | undefined;
  imageRef: string;
  reason: string;
  message: string;
  annotations: Texts;
  imageId: string;
}
export const containerStatusResponse = new Message<{ status: ContainerStatusMessage | undefined }>({
  status: [
    1,
    new Message<ContainerStatusMessage>({
      id: [1, 'text'],
      metadata: [2, containerMetadata],
      state: [3, 'number'],
      createdAt: [4, 'number'],
      startedAt: [5, 'number'],
      finishedAt: [6, 'number'],
      exitCode: [7, 'number'],
      image: [8, imageSpec],
      imageRef: [9, 'text'],
      reason: [10, 'text'],
      message: [11, 'text'],
      annotations: [13, 'map'],
      imageId: [17, 'text'],
    }),
  ],
});

export interface ListContainersRequest {
  filter: { labelSelector: Texts };
}
export const listContainersRequest = new Message<ListContainersRequest>({
  filter: [1, new Message<{ labelSelector: Texts }>({ labelSelector: [4, 'map'] })],
});

export interface ListedContainer {
  id: string;
  podSandboxId: string;
  imageRef: string;
  state: number;
  labels: Texts;
}
export const listContainersResponse = new Message<{ containers: ListedContainer[] }>({
  containers: [
    1,
    new Message<ListedContainer>({
      id: [1, 'text'],
      podSandboxId: [2, 'text'],
      imageRef: [5, 'text'],
      state: [6, 'number'],
      labels: [8, 'map'],
    }),
    'many',
  ],
});

export const CONTAINER_STARTED = 1;
export const CONTAINER_STOPPED = 2;

/** What `GetContainerEvents` streams. */
export interface ContainerEventMessage {
  containerId: string;
  type: number;
}
export const containerEvent = new Message<ContainerEventMessage>({
  containerId: [1, 'text'],
  type: [2, 'number'],
});

export interface ExecSyncRequest extends ContainerReference {
  cmd: readonly string[];
  timeout: number;
}
export const execSyncRequest = new Message<ExecSyncRequest>({
  containerId: [1, 'text'],
  cmd: [2, 'text', 'many'],
  timeout: [3, 'number'],
});

export interface ExecSyncResponse {
  stdout: string;
  stderr: string;
  exitCode: number;
}
export const execSyncResponse = new Message<ExecSyncResponse>({
  stdout: [1, 'text'],
  stderr: [2, 'text'],
  exitCode: [3, 'number'],
});

interface WantedStreams {
  tty: boolean;
  stdin: boolean;
  stdout: boolean;
  stderr: boolean;
}

export interface ExecRequest extends ContainerReference, WantedStreams {
  cmd: readonly string[];
}
export const execRequest = new Message<ExecRequest>({
  containerId: [1, 'text'],
  cmd: [2, 'text', 'many'],
  tty: [3, 'boolean'],
  stdin: [4, 'boolean'],
  stdout: [5, 'boolean'],
  stderr: [6, 'boolean'],
});

export interface AttachRequest extends ContainerReference, WantedStreams {}
export const attachRequest = new Message<AttachRequest>({
  containerId: [1, 'text'],
  stdin: [2, 'boolean'],
  tty: [3, 'boolean'],
  stdout: [4, 'boolean'],
  stderr: [5, 'boolean'],
});
