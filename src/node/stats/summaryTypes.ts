// What `/stats/summary` answers, in upstream's names (`k8s.io/kubelet/pkg/apis/stats/v1alpha1`). What is not known is absent.

export interface Summary {
  readonly node: NodeSummary;
  readonly pods: readonly PodSummary[];
}

export interface NodeSummary {
  readonly nodeName: string;
  readonly startTime: string;
  readonly cpu: CpuSummary;
  readonly memory: MemorySummary;
  readonly network?: NetworkSummary;
  readonly fs?: FsSummary;
  readonly runtime?: { readonly imageFs: FsSummary };
  readonly rlimit?: { readonly time: string; readonly maxpid: number; readonly curproc: number };
}

export interface PodSummary {
  readonly podRef: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly startTime: string;
  readonly containers: readonly ContainerSummary[];
  readonly cpu?: CpuSummary;
  readonly memory?: MemorySummary;
  readonly network?: NetworkSummary;
  readonly volume?: readonly VolumeSummary[];
  readonly 'ephemeral-storage'?: FsSummary;
}

export interface ContainerSummary {
  readonly name: string;
  readonly startTime: string;
  readonly cpu?: CpuSummary;
  readonly memory?: MemorySummary;
  readonly rootfs?: FsSummary;
  readonly logs?: FsSummary;
}

export interface CpuSummary {
  readonly time: string;
  readonly usageNanoCores?: number;
  readonly usageCoreNanoSeconds: number;
}

export interface MemorySummary {
  readonly time: string;
  readonly availableBytes?: number;
  readonly usageBytes?: number;
  readonly workingSetBytes: number;
  readonly rssBytes?: number;
  readonly pageFaults?: number;
  readonly majorPageFaults?: number;
}

/** The main interface stands beside the list of all. */
export interface NetworkSummary extends Partial<InterfaceSummary> {
  readonly time: string;
  readonly interfaces: readonly InterfaceSummary[];
}

export interface InterfaceSummary {
  readonly name: string;
  readonly rxBytes: number;
  readonly rxErrors: number;
  readonly txBytes: number;
  readonly txErrors: number;
}

export interface FsSummary {
  readonly time: string;
  readonly availableBytes?: number;
  readonly capacityBytes?: number;
  readonly usedBytes?: number;
  readonly inodesFree?: number;
  readonly inodes?: number;
  readonly inodesUsed?: number;
}

export interface VolumeSummary extends FsSummary {
  readonly name: string;
}
