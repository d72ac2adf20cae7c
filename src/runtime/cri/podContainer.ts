import type { ContainerIsolation, ContainerResources } from '../isolation.ts';
import type { ContainerConfig, ContainerStatus, Mount, Sandbox } from '../runtime.ts';
import {
  CONTAINER_CREATED,
  CONTAINER_EXITED,
  CONTAINER_RUNNING,
  type ContainerConfigMessage,
  type ContainerStatusMessage,
  type LinuxContainerConfig,
  type LinuxResources,
  MERGE_GROUPS,
  STRICT_GROUPS,
} from './containerMessages.ts';
import type { ContainerEnd } from './exitNews.ts';
import { milliseconds, namespacesOf, OWNER_LABEL, profileMessage } from './podSandbox.ts';

/** Keeps what we want to know again of a container. */
const RECORD_ANNOTATION = 'sampan.dev/container';
const POD_UID_LABEL = 'io.kubernetes.pod.uid';

/** What CRI does not tell of a container. */
export interface ContainerRecord {
  readonly sandboxId: string;
  readonly podUid: string;
  readonly image: string;
  readonly logPath: string;
  readonly tty: boolean;
  /** Of the pod's spec; undefined: the image's. */
  readonly stopSignal?: string | undefined;
  /** The file of the host with the container's last words. */
  readonly terminationMessageFile: string;
}

const PROPAGATIONS = ['None', 'HostToContainer', 'Bidirectional'];

export function containerMessage(
  config: ContainerConfig,
  sandbox: Sandbox,
  record: ContainerRecord,
  more: {
    owner: string;
    logPath: string;
    mounts: readonly Mount[];
    unified: Readonly<Record<string, string>>;
  },
): ContainerConfigMessage {
  return {
    metadata: { name: config.name, attempt: config.attempt },
    image: { image: config.image },
    command: config.command,
    args: config.args,
    workingDir: config.workingDir ?? '',
    envs: config.env.map(([key, value]) => ({ key, value })),
    mounts: [...config.mounts, ...more.mounts].map(
      ({ containerPath, hostPath, readOnly, propagation = 'None' }) => ({
        containerPath,
        hostPath,
        readonly: readOnly,
        propagation: PROPAGATIONS.indexOf(propagation),
      }),
    ),
    labels: {
      'io.kubernetes.container.name': config.name,
      'io.kubernetes.pod.name': sandbox.config.name,
      'io.kubernetes.pod.namespace': sandbox.config.namespace,
      [POD_UID_LABEL]: record.podUid,
      [OWNER_LABEL]: more.owner,
    },
    annotations: { [RECORD_ANNOTATION]: JSON.stringify(record) },
    logPath: more.logPath,
    stdin: config.stdin,
    stdinOnce: config.stdinOnce,
    tty: config.tty,
    linux: linuxConfig(config.isolation ?? NOT_TOLD, sandbox, more.unified),
  };
}

/** Of a container of whose isolation nothing is said. */
export const NOT_TOLD: ContainerIsolation = {
  user: undefined,
  group: undefined,
  supplementalGroups: [],
  mustNotBeRoot: false,
  privileged: false,
  readOnlyRoot: false,
  noNewPrivileges: false,
  addedCapabilities: [],
  droppedCapabilities: [],
  seccomp: { type: 'Unconfined' },
  appArmor: undefined,
  unmaskedProc: false,
  resources: { cpuShares: 0, cpuQuota: 0, cpuPeriod: 0, memoryLimitBytes: 0, oomScoreAdjust: 0 },
  terminationMessagePath: '/dev/termination-log',
};

/** In the words of CRI. */
export const linuxResources = (
  resources: ContainerResources,
  unified: Readonly<Record<string, string>> = {},
): LinuxResources => ({
  cpuPeriod: resources.cpuPeriod,
  cpuQuota: resources.cpuQuota,
  cpuShares: resources.cpuShares,
  memoryLimitInBytes: resources.memoryLimitBytes,
  oomScoreAdj: resources.oomScoreAdjust,
  unified,
});

function linuxConfig(
  isolation: ContainerIsolation,
  { config }: Sandbox,
  unified: Readonly<Record<string, string>>,
): LinuxContainerConfig {
  const { user, group, resources, appArmor, privileged, unmaskedProc } = isolation;
  const open = privileged || unmaskedProc;
  return {
    resources: linuxResources(resources, unified),
    securityContext: {
      capabilities: { added: isolation.addedCapabilities, dropped: isolation.droppedCapabilities },
      privileged,
      namespaceOptions: namespacesOf(config.hostNetwork, config.isolation),
      runAsUser: user === undefined ? undefined : { value: user },
      runAsGroup: group === undefined ? undefined : { value: group },
      readonlyRootfs: isolation.readOnlyRoot,
      supplementalGroups: isolation.supplementalGroups,
      supplementalGroupsPolicy: isolation.strictGroups ? STRICT_GROUPS : MERGE_GROUPS,
      noNewPrivs: isolation.noNewPrivileges,
      maskedPaths: open ? [] : MASKED_PATHS,
      readonlyPaths: open ? [] : READ_ONLY_PATHS,
      seccomp: profileMessage(privileged ? { type: 'Unconfined' } : isolation.seccomp),
      apparmor: appArmor && profileMessage(appArmor),
    },
  };
}

/** As the kubelet's default `procMount` has them. */
const MASKED_PATHS = [
  '/proc/asound',
  '/proc/acpi',
  '/proc/interrupts',
  '/proc/kcore',
  '/proc/keys',
  '/proc/latency_stats',
  '/proc/timer_list',
  '/proc/timer_stats',
  '/proc/sched_debug',
  '/proc/scsi',
  '/sys/firmware',
  '/sys/devices/virtual/powercap',
];
const READ_ONLY_PATHS = ['/proc/bus', '/proc/fs', '/proc/irq', '/proc/sys', '/proc/sysrq-trigger'];

export const recordOf = ({ annotations }: ContainerStatusMessage): ContainerRecord | undefined => {
  const kept = annotations[RECORD_ANNOTATION];
  return kept === undefined ? undefined : (JSON.parse(kept) as ContainerRecord);
};

const STATES: Record<number, ContainerStatus['state']> = {
  [CONTAINER_CREATED]: 'created',
  [CONTAINER_RUNNING]: 'running',
  [CONTAINER_EXITED]: 'exited',
};

/**
 * `lastWords` are what the container left in its termination message file, `end` is what was heard of its end before the runtime's status
 * tells.
 */
export function containerStatusOf(
  told: ContainerStatusMessage,
  record: ContainerRecord,
  lastWords: string,
  end: ContainerEnd | undefined,
): ContainerStatus {
  const status = end && told.state === CONTAINER_RUNNING ? withEnd(told, end) : told;
  const { exitCode, metadata } = status;
  // What the runtime has lost track of will not come back.
  const state = STATES[status.state] ?? 'exited';
  const hasExited = state === 'exited';
  const reason = status.reason || (exitCode === 0 ? 'Completed' : 'Error');
  return {
    id: status.id,
    sandboxId: record.sandboxId,
    podUid: record.podUid,
    name: metadata?.name ?? '',
    attempt: metadata?.attempt ?? 0,
    image: record.image,
    imageRef: status.imageRef || status.imageId,
    state,
    createdAt: milliseconds(status.createdAt),
    startedAt: status.startedAt > 0 ? milliseconds(status.startedAt) : undefined,
    finishedAt: hasExited && status.finishedAt > 0 ? milliseconds(status.finishedAt) : undefined,
    exitCode: hasExited ? exitCode : undefined,
    signal: undefined,
    reason: hasExited ? reason : undefined,
    message: hasExited ? lastWords || status.message || undefined : undefined,
    readyAt: undefined,
  };
}

const withEnd = (status: ContainerStatusMessage, { exitCode, finishedAt }: ContainerEnd) => ({
  ...status,
  state: CONTAINER_EXITED,
  exitCode,
  finishedAt: finishedAt * 1e6,
});
