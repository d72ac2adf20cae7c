import { dirname } from 'node:path';
import { type Clock, momentOf } from '../../clock/clock.ts';
import { folderUse } from '../diskUse.ts';
import { hostStats } from '../proc/hostStats.ts';
import type {
  ContainerDiskStats,
  ContainerStats,
  HostStats,
  InterfaceStats,
  MemoryStats,
  PodNetworkStats,
  RuntimeStats,
} from '../stats.ts';
import { CriError } from './criClient.ts';
import type { CriService } from './criService.ts';
import type { Int64Value, Texts } from './podMessages.ts';
import type {
  ContainerStatsMessage,
  InterfaceMessage,
  MemoryMessage,
  PodSandboxStatsMessage,
} from './statsMessages.ts';

export interface CriStatsOptions {
  readonly clock: Clock;
  readonly cri: Pick<CriService, 'listContainerStats' | 'listPodSandboxStats'>;
  /** The labels of what is this node's. */
  readonly own: Texts;
  readonly directory: string;
  /** The file of a container's log. */
  logOf(containerId: string): string | undefined;
}

/** What real containers use, by their runtime. */
export class CriStats implements RuntimeStats {
  readonly #options: CriStatsOptions;

  constructor(options: CriStatsOptions) {
    this.#options = options;
  }

  async containers(): Promise<readonly ContainerStats[]> {
    const { cri, own, clock } = this.#options;
    const listed = await cri.listContainerStats(own);
    return listed.map((message) => statsOf(message, clock)).filter((stats) => stats !== undefined);
  }

  /** Runtimes before containerd 1.6 have no such call, and others fail for all pods when one is just being made: then nothing is known. */
  async networks(): Promise<readonly PodNetworkStats[]> {
    const { cri, own } = this.#options;
    try {
      return (await cri.listPodSandboxStats(own)).flatMap(networkOf);
    } catch (error) {
      if (error instanceof CriError) return [];
      throw error;
    }
  }

  async disks(): Promise<readonly ContainerDiskStats[]> {
    const { cri, own, logOf } = this.#options;
    const listed = await cri.listContainerStats(own);
    return Promise.all(
      listed.map(async ({ attributes, writableLayer }) => {
        const containerId = attributes?.id ?? '';
        const log = logOf(containerId);
        const isKnown = writableLayer !== undefined && writableLayer.timestamp > 0;
        return {
          containerId,
          root: isKnown
            ? { usedBytes: numberOf(writableLayer.usedBytes), inodes: writableLayer.inodesUsed?.value }
            : undefined,
          logs: log === undefined ? undefined : await folderUse(dirname(log)),
        };
      }),
    );
  }

  host(): Promise<HostStats> {
    return hostStats(this.#options.clock, this.#options.directory);
  }
}

/** Undefined for a container of which the runtime knows nothing yet, or any more. */
function statsOf(
  { attributes, cpu, memory }: ContainerStatsMessage,
  clock: Clock,
): ContainerStats | undefined {
  if (!attributes || !cpu?.usageCoreNanoSeconds || !memory?.workingSetBytes) return undefined;
  return {
    containerId: attributes.id,
    // The runtime's look, not the arrival of its answer: a rate is as exact as the time between two looks.
    at: momentOf(clock, cpu.timestamp / 1e6),
    cpu: { coreNanoseconds: cpu.usageCoreNanoSeconds.value },
    memory: memoryOf(memory),
  };
}

const memoryOf = (memory: MemoryMessage): MemoryStats => ({
  workingSet: numberOf(memory.workingSetBytes),
  ...(memory.usageBytes && { usage: memory.usageBytes.value }),
  ...(memory.rssBytes && { rss: memory.rssBytes.value }),
  // Without a limit it is 0, which it hardly ever is with one.
  ...(memory.availableBytes?.value && { available: memory.availableBytes.value }),
  ...(memory.pageFaults && { pageFaults: memory.pageFaults.value }),
  ...(memory.majorPageFaults && { majorPageFaults: memory.majorPageFaults.value }),
});

function networkOf({ attributes, linux }: PodSandboxStatsMessage): PodNetworkStats[] {
  const { defaultInterface: main, interfaces = [] } = linux?.network ?? {};
  const podUid = attributes?.metadata?.uid;
  if (!podUid || !main) return [];
  return [{ podUid, network: { main: main.name, interfaces: [main, ...interfaces].map(interfaceOf) } }];
}

const interfaceOf = (message: InterfaceMessage): InterfaceStats => ({
  name: message.name,
  rxBytes: numberOf(message.rxBytes),
  rxErrors: numberOf(message.rxErrors),
  txBytes: numberOf(message.txBytes),
  txErrors: numberOf(message.txErrors),
});

const numberOf = (value: Int64Value | undefined): number => value?.value ?? 0;
