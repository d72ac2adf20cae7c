import { type Clock, hourAt, type Ms, timestamp } from '../../clock/clock.ts';
import type { HostStats, NetworkStats, UsageStats, WholeDiskStats } from '../../runtime/stats.ts';
import { diskSummary, ephemeralStorage, useSummary } from './fsSummary.ts';
import type { MeasuredContainer, MeasuredPod } from './measuredPod.ts';
import type { Looks } from './meter.ts';
import { type Rate, rateOf } from './rates.ts';
import type { PodDisk, Storage } from './storage.ts';
import type {
  ContainerSummary,
  CpuSummary,
  MemorySummary,
  NetworkSummary,
  NodeSummary,
  PodSummary,
  Summary,
} from './summaryTypes.ts';
import { totalOf } from './totals.ts';
import { containerRate } from './usage.ts';

export interface SummaryParts {
  readonly nodeName: string;
  readonly startedAt: number;
  readonly looks: Looks;
  readonly pods: readonly MeasuredPod[];
  /** Networks and disks; without them processors and memory alone are told of. */
  readonly storage: Storage | undefined;
  readonly clock: Clock;
}

/** `/stats/summary` */
export const summaryOf = (parts: SummaryParts): Summary => ({
  node: nodeSummary(parts),
  pods: parts.pods.map((pod) => podSummary(parts, pod)),
});

function nodeSummary({ nodeName, startedAt, looks, storage, clock }: SummaryParts): NodeSummary {
  const { host } = looks.latest;
  const time = timeOf(clock, host.at);
  return {
    nodeName,
    startTime: timestamp(startedAt),
    ...used(host, rateOf(host, looks.before?.host), clock),
    ...(storage && {
      ...network(host.network, time),
      ...hostDisk(host, storage.imageDisk, time),
      ...(host.processes && {
        rlimit: { time, maxpid: host.processes.most, curproc: host.processes.now },
      }),
    }),
  };
}

function hostDisk({ disk }: HostStats, imageDisk: Partial<WholeDiskStats> | undefined, time: string) {
  return {
    ...(disk && { fs: diskSummary(disk, time) }),
    ...(imageDisk && { runtime: { imageFs: diskSummary(imageDisk, time) } }),
  };
}

function podSummary(parts: SummaryParts, measured: MeasuredPod): PodSummary {
  const { looks, storage, clock } = parts;
  const { name = '', namespace = '', uid = '' } = measured.pod.metadata;
  const disk = storage?.pods.get(uid);
  const time = timestamp(clock.now());
  const containers = measured.containers.map((each) => containerSummary(parts, each, disk));
  return {
    podRef: { name, namespace, uid },
    startTime: timestamp(measured.startedAt),
    containers,
    ...podUse(looks, measured, clock),
    ...network(storage?.networks.get(uid), time),
    ...(disk && {
      ...(disk.volumes.length > 0 && {
        volume: disk.volumes.map((each) => ({ ...useSummary(each.use, each.disk, time), name: each.name })),
      }),
      'ephemeral-storage': ephemeralStorage(disk, parts.looks.latest.host.disk, time),
    }),
  };
}

function podUse(looks: Looks, measured: MeasuredPod, clock: Clock) {
  const total = totalOf(looks.latest, measured);
  if (!total) return {};
  const rates = measured.containers.map((container) => containerRate(looks, container, clock));
  const isKnown = rates.every((rate) => rate !== undefined);
  const nanoCores = rates.reduce((sum, rate) => sum + (rate?.nanoCores ?? 0), 0);
  return used(total, isKnown ? { nanoCores, windowMs: 0 } : undefined, clock);
}

function containerSummary(
  { looks, clock }: SummaryParts,
  container: MeasuredContainer,
  disk: PodDisk | undefined,
): ContainerSummary {
  const stats = looks.latest.containers.get(container.id);
  const time = timestamp(clock.now());
  const { root, logs } = disk?.containers.get(container.id) ?? {};
  return {
    name: container.name,
    startTime: timestamp(container.startedAt),
    ...(stats && used(stats, containerRate(looks, container, clock), clock)),
    ...(root && { rootfs: useSummary(root, disk?.rootDisk ?? looks.latest.host.disk, time) }),
    ...(logs && { logs: useSummary(logs, looks.latest.host.disk, time) }),
  };
}

function used(
  { at, cpu, memory }: UsageStats,
  rate: Rate | undefined,
  clock: Clock,
): { cpu: CpuSummary; memory: MemorySummary } {
  const time = timeOf(clock, at);
  const { available, usage, workingSet, rss, pageFaults, majorPageFaults } = memory;
  return {
    cpu: {
      time,
      ...(rate && { usageNanoCores: rate.nanoCores }),
      usageCoreNanoSeconds: cpu.coreNanoseconds,
    },
    memory: {
      time,
      ...(available !== undefined && { availableBytes: available }),
      ...(usage !== undefined && { usageBytes: usage }),
      workingSetBytes: workingSet,
      ...(rss !== undefined && { rssBytes: rss }),
      ...(pageFaults !== undefined && { pageFaults }),
      ...(majorPageFaults !== undefined && { majorPageFaults }),
    },
  };
}

function network(stats: NetworkStats | undefined, time: string): { network?: NetworkSummary } {
  if (!stats) return {};
  const main = stats.interfaces.find(({ name }) => name === stats.main);
  return { network: { time, ...main, interfaces: stats.interfaces } };
}

const timeOf = (clock: Clock, at: Ms): string => timestamp(hourAt(clock, at));
