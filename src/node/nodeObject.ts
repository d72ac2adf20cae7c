import { type EpochMs, timestamp } from '../clock/clock.ts';
import { type Random, uuid } from '../clock/random.ts';
import type { Node, NodeAddress, NodeCondition, NodeStatus, Taint } from '../generated/types.ts';
import type { PressureType } from './pressure/signals.ts';

const KUBELET_VERSION = 'v1.36.0';

/** What a node tells of itself. */
export interface NodeDescription {
  readonly name: string;
  readonly addresses: readonly NodeAddress[];
  readonly capacity: Readonly<Record<string, string>>;
  /** The capacity unless given. */
  readonly allocatable?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly taints?: readonly Taint[];
  readonly osImage?: string;
  readonly kernelVersion?: string;
  /** The port of the kubelet's HTTPS face, if it has one. */
  readonly kubeletPort?: number;
}

const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386' };

/** `amd64`, `arm64`: as Go names what the machine is. */
const architecture = (): string => ARCHITECTURES[process.arch] ?? process.arch;

/** The Node as the agent registers it. */
export function nodeObject(description: NodeDescription, status: NodeStatus): Node {
  const { name, labels, annotations, taints } = description;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': architecture(),
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': architecture(),
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...labels,
      },
      ...(annotations && { annotations: { ...annotations } }),
    },
    spec: taints?.length ? { taints: [...taints] } : {},
    status,
  };
}

/** The facts of a node's status, without its conditions. */
export function nodeFacts(description: NodeDescription, runtimeVersion: string, random: Random): NodeStatus {
  const { addresses, capacity, allocatable = capacity, kubeletPort } = description;
  const ids = random.stream('machine');
  return {
    addresses: [...addresses],
    capacity: { ...capacity },
    allocatable: { ...allocatable },
    ...(kubeletPort && { daemonEndpoints: { kubeletEndpoint: { Port: kubeletPort } } }),
    nodeInfo: {
      architecture: architecture(),
      bootID: uuid(ids),
      containerRuntimeVersion: runtimeVersion,
      kernelVersion: description.kernelVersion ?? '',
      kubeProxyVersion: '',
      kubeletVersion: KUBELET_VERSION,
      machineID: uuid(ids).replaceAll('-', ''),
      operatingSystem: 'linux',
      osImage: description.osImage ?? '',
      systemUUID: uuid(ids),
    },
  };
}

const NETWORK_NOT_READY =
  'container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized';

type Verdict = Pick<NodeCondition, 'type' | 'status' | 'reason' | 'message'>;

/** Of each pressure: the reason and the message while there is none, and while there is. */
const PRESSURES: Readonly<Record<PressureType, { readonly no: Words; readonly yes: Words }>> = {
  MemoryPressure: {
    no: ['KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
    yes: ['KubeletHasInsufficientMemory', 'kubelet has insufficient memory available'],
  },
  DiskPressure: {
    no: ['KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
    yes: ['KubeletHasDiskPressure', 'kubelet has disk pressure'],
  },
  PIDPressure: {
    no: ['KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
    yes: ['KubeletHasInsufficientPID', 'kubelet has insufficient PID available'],
  },
};
type Words = readonly [reason: string, message: string];

/** `NodeHasDiskPressure`, `NodeHasNoDiskPressure`: the reason of the event that tells of a change. */
export const pressureEvent = (type: PressureType, isThere: boolean): string =>
  PRESSURES[type][isThere ? 'yes' : 'no'][0].replace('Kubelet', 'Node');

const pressureVerdicts = (pressures: ReadonlySet<PressureType>): Verdict[] =>
  (Object.keys(PRESSURES) as PressureType[]).map((type) => {
    const isThere = pressures.has(type);
    const [reason, message] = PRESSURES[type][isThere ? 'yes' : 'no'];
    return { type, status: isThere ? 'True' : 'False', reason, message };
  });

/** The node's conditions in upstream's order and words. The network is there once the node has a range for its pods. */
export function nodeConditions(
  before: readonly NodeCondition[],
  isNetworkReady: boolean,
  pressures: ReadonlySet<PressureType>,
  now: EpochMs,
): NodeCondition[] {
  const verdicts: Verdict[] = [
    ...pressureVerdicts(pressures),
    isNetworkReady
      ? { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' }
      : { type: 'Ready', status: 'False', reason: 'KubeletNotReady', message: NETWORK_NOT_READY },
  ];
  return verdicts.map((verdict) => {
    const last = before.find(({ type }) => type === verdict.type);
    const isSame = last?.status === verdict.status && last.lastTransitionTime;
    return {
      ...verdict,
      lastHeartbeatTime: timestamp(now),
      lastTransitionTime: isSame ? last.lastTransitionTime! : timestamp(now),
    };
  });
}
