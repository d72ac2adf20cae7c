import type { ImageStore } from '../../runtime/runtime.ts';
import type { ContainerDiskStats, NetworkStats, RuntimeStats, WholeDiskStats } from '../../runtime/stats.ts';
import type { VolumesDirectory } from '../volumes/volumes.ts';
import { type VolumeUse, volumeUses } from '../volumes/volumeUse.ts';
import type { MeasuredPod } from './measuredPod.ts';

/** What takes a while to find out: what networks have carried, and what lies on disks. */
export interface Storage {
  /** By the uid of their pod. */
  readonly networks: ReadonlyMap<string, NetworkStats>;
  readonly pods: ReadonlyMap<string, PodDisk>;
  /** What images and containers' roots lie on, where that is known. */
  readonly imageDisk: Partial<WholeDiskStats> | undefined;
}

export interface PodDisk {
  readonly containers: ReadonlyMap<string, ContainerDiskStats>;
  readonly volumes: readonly VolumeUse[];
  readonly rootDisk: Partial<WholeDiskStats> | undefined;
}

export interface StorageSources {
  readonly stats: Pick<RuntimeStats, 'networks' | 'disks'>;
  readonly images: ImageStore | undefined;
  readonly volumesDirectory: VolumesDirectory;
}

/** Pods of which nothing is known on any disk are left out. */
export async function lookAtStorage(sources: StorageSources, pods: readonly MeasuredPod[]): Promise<Storage> {
  const { stats, images, volumesDirectory } = sources;
  const [networks, disks, imageDisk, volumes] = await Promise.all([
    stats.networks(),
    stats.disks(),
    images?.disk(),
    Promise.all(pods.map(({ pod }) => volumeUses(pod, volumesDirectory))),
  ]);
  const byContainer = new Map(disks.map((disk) => [disk.containerId, disk]));
  const found = pods.flatMap(({ pod, containers }, index): [string, PodDisk][] => {
    const own = containers.map(({ id }) => byContainer.get(id)).filter((disk) => disk !== undefined);
    if (own.length === 0 && volumes[index]!.length === 0) return [];
    const ofPod = new Map(own.map((disk) => [disk.containerId, disk]));
    return [[pod.metadata.uid ?? '', { containers: ofPod, volumes: volumes[index]!, rootDisk: imageDisk }]];
  });
  return {
    networks: new Map(networks.map(({ podUid, network }) => [podUid, network])),
    pods: new Map(found),
    imageDisk,
  };
}
