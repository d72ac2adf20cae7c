import { Message } from '../../apimachinery/protobuf.ts';
import { type Int64Value, int64Value, type Texts } from './podMessages.ts';

/** CRI's messages about what is used. Times are in nanoseconds; what the runtime does not know is undefined. */
export interface CpuMessage {
  timestamp: number;
  usageCoreNanoSeconds: Int64Value | undefined;
}

export interface MemoryMessage {
  timestamp: number;
  workingSetBytes: Int64Value | undefined;
  availableBytes: Int64Value | undefined;
  usageBytes: Int64Value | undefined;
  rssBytes: Int64Value | undefined;
  pageFaults: Int64Value | undefined;
  majorPageFaults: Int64Value | undefined;
}

/** Its time is 0 while the runtime has not yet looked. */
export interface FilesystemMessage {
  timestamp: number;
  usedBytes: Int64Value | undefined;
  inodesUsed: Int64Value | undefined;
}

export interface ContainerStatsMessage {
  attributes: { id: string } | undefined;
  cpu: CpuMessage | undefined;
  memory: MemoryMessage | undefined;
  writableLayer: FilesystemMessage | undefined;
}

const containerStats = new Message<ContainerStatsMessage>({
  attributes: [1, new Message<{ id: string }>({ id: [1, 'text'] })],
  cpu: [2, new Message<CpuMessage>({ timestamp: [1, 'number'], usageCoreNanoSeconds: [2, int64Value] })],
  memory: [
    3,
    new Message<MemoryMessage>({
      timestamp: [1, 'number'],
      workingSetBytes: [2, int64Value],
      availableBytes: [3, int64Value],
      usageBytes: [4, int64Value],
      rssBytes: [5, int64Value],
      pageFaults: [6, int64Value],
      majorPageFaults: [7, int64Value],
    }),
  ],
  writableLayer: [
    4,
    new Message<FilesystemMessage>({
      timestamp: [1, 'number'],
      usedBytes: [3, int64Value],
      inodesUsed: [4, int64Value],
    }),
  ],
});

export const listContainerStatsRequest = new Message<{ filter: { labelSelector: Texts } }>({
  filter: [1, new Message<{ labelSelector: Texts }>({ labelSelector: [3, 'map'] })],
});
export const listContainerStatsResponse = new Message<{ stats: ContainerStatsMessage[] }>({
  stats: [1, containerStats, 'many'],
});

export interface InterfaceMessage {
  name: string;
  rxBytes: Int64Value | undefined;
  rxErrors: Int64Value | undefined;
  txBytes: Int64Value | undefined;
  txErrors: Int64Value | undefined;
}
const interfaceUsage = new Message<InterfaceMessage>({
  name: [1, 'text'],
  rxBytes: [2, int64Value],
  rxErrors: [3, int64Value],
  txBytes: [4, int64Value],
  txErrors: [5, int64Value],
});

interface NetworkMessage {
  defaultInterface: InterfaceMessage | undefined;
  interfaces: InterfaceMessage[];
}

/** Of a sandbox only its network is of use: processor and memory are those of its parent in the control groups, where all pods are. */
export interface PodSandboxStatsMessage {
  attributes: { metadata: { uid: string } | undefined } | undefined;
  linux: { network: NetworkMessage | undefined } | undefined;
}

export const listPodSandboxStatsRequest = new Message<{ filter: { labelSelector: Texts } }>({
  filter: [1, new Message<{ labelSelector: Texts }>({ labelSelector: [2, 'map'] })],
});
export const listPodSandboxStatsResponse = new Message<{ stats: PodSandboxStatsMessage[] }>({
  stats: [
    1,
    new Message<PodSandboxStatsMessage>({
      attributes: [
        1,
        new Message<{ metadata: { uid: string } | undefined }>({
          metadata: [2, new Message<{ uid: string }>({ uid: [2, 'text'] })],
        }),
      ],
      linux: [
        2,
        new Message<{ network: NetworkMessage | undefined }>({
          network: [
            3,
            new Message<NetworkMessage>({
              defaultInterface: [2, interfaceUsage],
              interfaces: [3, interfaceUsage, 'many'],
            }),
          ],
        }),
      ],
    }),
    'many',
  ],
});
