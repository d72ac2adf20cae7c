import type { Pod } from '../../generated/types.ts';
import { folderUse, wholeDisk } from '../../runtime/diskUse.ts';
import type { DiskUse, WholeDiskStats } from '../../runtime/stats.ts';
import { type VolumesDirectory, volumePath } from './volumes.ts';

export interface VolumeUse {
  readonly name: string;
  readonly use: DiskUse;
  /** What it lies on. */
  readonly disk: WholeDiskStats;
  readonly isMemory: boolean;
}

/** What the volumes of a pod take that are its own. Folders of the host are not, and a volume may go meanwhile. */
export async function volumeUses(pod: Pod, directory: VolumesDirectory): Promise<readonly VolumeUse[]> {
  if (directory === undefined) return [];
  const own = (pod.spec.volumes ?? []).filter(({ hostPath }) => !hostPath);
  const found = await Promise.all(
    own.map(async (volume) => {
      const path = volumePath(directory, pod, volume);
      const use = await folderUse(path);
      const disk = use && (await wholeDisk(path).catch(() => undefined));
      const isMemory = volume.emptyDir?.medium === 'Memory';
      return use && disk ? { name: volume.name, use, disk, isMemory } : undefined;
    }),
  );
  return found.filter((volume) => volume !== undefined);
}
