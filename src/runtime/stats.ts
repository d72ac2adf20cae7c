import type { Ms } from '../clock/clock.ts';

/** What is used on a node, counted by its runtime. It costs nothing while nobody asks. */
export interface RuntimeStats {
  /** Of each container that runs. */
  containers(): Promise<readonly ContainerStats[]>;
  /** What the pods' own networks have carried. Pods of which that is not known are left out. */
  networks(): Promise<readonly PodNetworkStats[]>;
  /** The room that containers take on disks, as far as it is known. It may take a while to find out. */
  disks(): Promise<readonly ContainerDiskStats[]>;
  /** Of the whole machine. */
  host(): Promise<HostStats>;
}

/** A look at a processor and a memory. */
export interface UsageStats {
  /** When it was looked at, as `Clock.elapsed` counts. */
  readonly at: Ms;
  readonly cpu: CpuStats;
  readonly memory: MemoryStats;
}

export interface CpuStats {
  /** What has been used since the beginning, of all cores. */
  readonly coreNanoseconds: number;
  /** What is used now, where that is known without a second look. */
  readonly nanoCores?: number;
}

/** In bytes; what is not known is absent. */
export interface MemoryStats {
  /** What cannot easily be given back. */
  readonly workingSet: number;
  /** All of it, caches included. */
  readonly usage?: number;
  /** What no file stands behind. */
  readonly rss?: number;
  /** What is left below the limit, where there is one. */
  readonly available?: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
}

export interface ContainerStats extends UsageStats {
  readonly containerId: string;
}

export interface PodNetworkStats {
  readonly podUid: string;
  readonly network: NetworkStats;
}

export interface NetworkStats {
  /** Which of the interfaces leads to the world. */
  readonly main: string | undefined;
  readonly interfaces: readonly InterfaceStats[];
}

export interface InterfaceStats {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

export interface ContainerDiskStats {
  readonly containerId: string;
  /** What the container has written to its root. */
  readonly root: DiskUse | undefined;
  readonly logs: DiskUse | undefined;
}

/** The part of a disk that something takes. */
export interface DiskUse {
  readonly usedBytes: number;
  readonly inodes?: number | undefined;
}

export interface HostStats extends UsageStats {
  readonly network?: NetworkStats;
  /** What the node's own folder lies on. */
  readonly disk?: WholeDiskStats;
  readonly processes?: { readonly now: number; readonly most: number };
}

export interface WholeDiskStats {
  readonly capacityBytes: number;
  readonly availableBytes: number;
  readonly usedBytes: number;
  readonly inodes: number;
  readonly inodesFree: number;
}
