import type { Duplex } from 'node:stream';
import type { RemoteCommandResult, RemoteCommandStreams } from '../apimachinery/remoteCommand.ts';
import type { Cancel, EpochMs, Ms } from '../clock/clock.ts';
import type { ContainerIsolation, ContainerResources, SandboxIsolation } from './isolation.ts';
import type { ServiceTable } from './serviceRoutes.ts';
import type { RuntimeStats } from './stats.ts';

/**
 * What runs containers on one node, modelled on CRI's RuntimeService and ImageService. Implementations: `cri/`, `process/`, `simulated/`.
 * All calls are idempotent as in CRI: stopping what is stopped or removing what is gone succeeds.
 */
export interface Runtime {
  readonly name: 'cri' | 'process' | 'simulated';
  /** As in `node.status.nodeInfo.containerRuntimeVersion`: `containerd://1.6.20`. */
  version(): Promise<string>;
  /** What this pod asks for and this runtime cannot give; each text becomes an event on the pod. */
  limitations(pod: SandboxConfig, containers: readonly ContainerConfig[]): readonly string[];
  /** What the host does not let this runtime do, whatever the pod; each text becomes an event on the node. */
  readonly hostLimitations?: readonly string[];

  /** Hears of the range of addresses that the node has for its pods, before the first of them comes. */
  usePodRange?(podCIDR: string): Promise<void>;
  /** Hears where the API server is, and by what address pods look for it. Absent where nothing runs that could ask. */
  useApiService?(service: ApiService): Promise<void>;
  /**
   * Hears where the pods of other hosts are, again whenever that changes and every now and then. Rejects when one cannot be
   * reached; absent where pods have no network of their own.
   */
  usePodRoutes?(routes: readonly PodRoute[]): Promise<void>;
  /**
   * Hears what services there are and who serves them, again whenever that changes and every now and then. Without routes nothing
   * is left that led there. Absent where pods have no network of their own.
   */
  useServices?(table: ServiceTable): Promise<void>;
  /** Gives the host the address of the cluster's DNS; false where pods' network is somebody else's, and so is their DNS. */
  useDnsAddress?(address: string): Promise<boolean>;

  /** Makes the pod's surroundings (network address, working folder…). */
  runPodSandbox(config: SandboxConfig): Promise<Sandbox>;
  stopPodSandbox(sandboxId: string): Promise<void>;
  removePodSandbox(sandboxId: string): Promise<void>;
  /** All sandboxes, also those of an earlier life of the agent. */
  listPodSandboxes(): Promise<readonly Sandbox[]>;

  /** Undefined when the image is not on this node. */
  imageStatus(image: string): Promise<Image | undefined>;
  /** Throws `ImagePullError`. */
  pullImage(image: string, pullSecrets: readonly RegistryCredentials[]): Promise<Image>;

  /** The images that are kept here, where they take the disk of the host. */
  readonly images?: ImageStore;

  /** What is used on this node. */
  readonly stats: RuntimeStats;

  /** What containers have written to this path of the node, where its disk is imagined; absent where it is real. */
  imaginedFile?(path: string): string | undefined;

  createContainer(sandboxId: string, config: ContainerConfig): Promise<string>;
  /**
   * Starts what was created. `simulated` may start later: the container stays `created` until its `started` event. When it
   * cannot be started this throws, and the container has exited with 128 and reason `StartError`.
   */
  startContainer(containerId: string): Promise<void>;
  /** Sends the stop signal, and after the grace period SIGKILL; resolves when the container has ended. */
  stopContainer(containerId: string, gracePeriodSeconds: number): Promise<void>;
  /** Gives a running container other limits. Absent where there are none. */
  resizeContainer?(containerId: string, resources: ContainerResources): Promise<void>;
  /** Removes the container and its log. */
  removeContainer(containerId: string): Promise<void>;
  containerStatus(containerId: string): Promise<ContainerStatus | undefined>;
  listContainers(): Promise<readonly ContainerStatus[]>;

  /** Runs a command in the container and collects its output (for probes and hooks). Times out with `exitCode` undefined. */
  execSync(containerId: string, command: readonly string[], timeoutMs: number): Promise<ExecResult>;
  exec(
    containerId: string,
    command: readonly string[],
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult>;
  attach(containerId: string, streams: RemoteCommandStreams): Promise<RemoteCommandResult>;
  /** Connects to a port within the pod, where that is another place than the host; undefined: over the network. */
  portForward?(sandboxId: string, port: number): Promise<Duplex>;
  /** Lines of the container's log, oldest first; with `follow` it goes on until the container has ended or `signal` aborts. */
  logs(containerId: string, options: RuntimeLogOptions, signal: AbortSignal): AsyncIterable<LogLine>;
  /** Asks a container for its HTTP, TCP or gRPC answer where the runtime knows better than the network (`simulated`); undefined: use the network. */
  probe?(containerId: string, probe: NetworkProbe): Promise<ProbeOutcome>;

  /**
   * Takes up a container of an earlier life that only the pod's status still knows (`simulated`): it goes on as if it had never been
   * forgotten. Runtimes that remember by themselves have no such thing.
   */
  restore?(sandbox: Sandbox, config: ContainerConfig, status: RestoredContainer): void;

  /** Calls `onEvent` when a container starts or ends. */
  subscribe(onEvent: (event: ContainerEvent) => void): Cancel;
  /** Lets go of everything that the runtime holds in this process. Containers go on if the runtime can let them. */
  close(): Promise<void>;
}

/** The service by which pods find the API: connections to its address and port are for the server. */
export interface ApiService {
  readonly clusterIP: string;
  readonly port: number;
  readonly server: ServerAddress;
}

export interface ServerAddress {
  /** Of IPv4, as pods' own. */
  readonly address: string;
  readonly port: number;
}

/** The pods of a range are on the host that has that address. */
export interface PodRoute {
  readonly podCIDR: string;
  readonly via: string;
}

export interface SandboxConfig {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** 0 for the pod's first sandbox. */
  readonly attempt: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  /** The address that the node agent set aside for the pod. A runtime with a network of its own (`cri`) takes another. */
  readonly address: string;
  readonly isolation?: SandboxIsolation | undefined;
}

export interface Sandbox {
  readonly id: string;
  readonly config: SandboxConfig;
  readonly state: 'ready' | 'notReady';
  readonly ip: string;
  /** Where the pod's ports answer for probes and forwarding: `ip`, but for `process` an address of the host. */
  readonly reachableAt: string;
  readonly createdAt: EpochMs;
}

export interface ContainerConfig {
  readonly name: string;
  readonly image: string;
  /** Restarts so far. */
  readonly attempt: number;
  /** The container's own fields; empty means the image's. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly workingDir: string | undefined;
  readonly env: readonly (readonly [name: string, value: string])[];
  readonly mounts: readonly Mount[];
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly tty: boolean;
  /** The stop signal of the image or of `lifecycle.stopSignal`; SIGTERM when undefined. */
  readonly stopSignal: string | undefined;
  readonly isolation?: ContainerIsolation | undefined;
}

/** A file or folder of the host that the container sees at `containerPath`. */
export interface Mount {
  readonly containerPath: string;
  readonly hostPath: string;
  readonly readOnly: boolean;
  /** Whether mounts that come later are seen on the other side. None by default. */
  readonly propagation?: 'None' | 'HostToContainer' | 'Bidirectional' | undefined;
}

export interface ContainerStatus {
  readonly id: string;
  readonly sandboxId: string;
  readonly podUid: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly imageRef: string;
  readonly state: 'created' | 'running' | 'exited';
  readonly createdAt: EpochMs;
  readonly startedAt: EpochMs | undefined;
  readonly finishedAt: EpochMs | undefined;
  readonly exitCode: number | undefined;
  readonly signal: number | undefined;
  /** `Completed`, `Error`, `OOMKilled`, … */
  readonly reason: string | undefined;
  /** The termination message. */
  readonly message: string | undefined;
  /** The container is not ready before so much has elapsed on the clock, although no probe says so (`sampan.dev/ready-delay`). */
  readonly readyAt: Ms | undefined;
}

/** What a pod's status tells of a container's life. */
export type RestoredContainer = Pick<
  ContainerStatus,
  'id' | 'state' | 'createdAt' | 'startedAt' | 'finishedAt' | 'exitCode' | 'signal' | 'reason' | 'message'
>;

export interface ContainerEvent {
  readonly kind: 'started' | 'exited';
  readonly containerId: string;
  readonly podUid: string;
}

export interface Image {
  readonly id: string;
  readonly sizeBytes: number;
}

/** Images as things that need room. */
export interface ImageStore {
  list(): Promise<readonly StoredImage[]>;
  remove(id: string): Promise<void>;
  /** What the images lie on. */
  disk(): Promise<Disk>;
}

export interface StoredImage extends Image {
  /** A container has it, also one that has ended. */
  readonly isInUse: boolean;
  /** The runtime itself needs it. */
  readonly isPinned: boolean;
}

export interface Disk {
  readonly capacityBytes: number;
  readonly availableBytes: number;
}

export interface RegistryCredentials {
  readonly registry: string;
  readonly username: string;
  readonly password: string;
}

/** The image cannot be had. The message is upstream's, without `Failed to pull image`. */
export class ImagePullError extends Error {
  override readonly name = 'ImagePullError';
}

/** The container's own image does not go with what is asked of it. */
export class ContainerConfigRefused extends Error {
  override readonly name = 'ContainerConfigRefused';
}

export interface ExecResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Undefined when the command did not end in time. */
  readonly exitCode: number | undefined;
}

export interface RuntimeLogOptions {
  readonly follow: boolean;
  /** Only the last so many lines. */
  readonly tailLines: number | undefined;
  readonly since: EpochMs | undefined;
}

export interface LogLine {
  readonly time: EpochMs;
  readonly stream: 'stdout' | 'stderr';
  /** Without its line end. `partial` when the line goes on in the next one. */
  readonly text: Uint8Array;
  readonly partial: boolean;
}

export type NetworkProbe =
  | { readonly kind: 'http'; readonly host: string; readonly port: number; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'grpc'; readonly host: string; readonly port: number; readonly service: string };

export interface ProbeOutcome {
  readonly success: boolean;
  readonly message: string;
}
