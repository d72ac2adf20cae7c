import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Container, Pod, Volume } from '../../generated/types.ts';
import type { Mount } from '../../runtime/runtime.ts';
import { expand } from '../environment/expansion.ts';
import { type ContentSources, contentOf, type VolumeFiles } from './volumeContent.ts';

/** A volume cannot be had now; the pod waits in ContainerCreating. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** Where the volumes of pods are kept. Undefined: nowhere (`simulated`); what they refer to is looked up all the same. */
export type VolumesDirectory = string | undefined;

const podDirectory = (directory: string, pod: Pod): string => join(directory, 'pods', pod.metadata.uid ?? '');

/** Makes all volumes of a pod. Throws `MountError` for the first that cannot be had. */
export async function makeVolumes(
  pod: Pod,
  directory: VolumesDirectory,
  sources: ContentSources,
): Promise<void> {
  for (const volume of pod.spec.volumes ?? []) {
    try {
      const files = await contentOf(pod, volume, sources);
      if (directory !== undefined) await makeVolume(volume, volumePath(directory, pod, volume), files);
    } catch (error) {
      throw new MountError(
        `MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`,
      );
    }
  }
}

export const removeVolumes = (pod: Pod, directory: VolumesDirectory): Promise<void> =>
  directory === undefined
    ? Promise.resolve()
    : rm(podDirectory(directory, pod), { recursive: true, force: true });

async function makeVolume(volume: Volume, path: string, files: VolumeFiles | undefined): Promise<void> {
  if (volume.hostPath) return makeHostPath(volume.hostPath.path, volume.hostPath.type);
  await mkdir(path, { recursive: true });
  // As upstream: any user of the pod's containers may write to what is empty, and read what shows the API. Strangers on the host
  // are kept out by the node's own folder.
  await chmod(path, files ? 0o755 : 0o777);
  if (!files) return;
  await removeOthers(path, files);
  const mode =
    volume.configMap?.defaultMode ?? volume.secret?.defaultMode ?? volume.projected?.defaultMode ?? 0o644;
  for (const [name, content] of files) await replaceFile(within(path, name), content, mode);
}

/** What the API has no more is taken away. */
async function removeOthers(path: string, files: VolumeFiles): Promise<void> {
  const kept = new Set([...files.keys()].map((name) => name.split('/')[0]!));
  for (const name of await readdir(path)) {
    if (!kept.has(name)) await rm(join(path, name), { recursive: true, force: true });
  }
}

async function makeHostPath(path: string, type: string | undefined): Promise<void> {
  if (type === 'DirectoryOrCreate') await mkdir(path, { recursive: true });
}

/** Readers see the old file or the new one, never half of it. */
async function replaceFile(path: string, content: Buffer, mode: number): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  await writeFile(fresh, content, { mode });
  await chmod(fresh, mode);
  await rename(fresh, path);
}

/** Keys of config maps cannot climb out of their volume. */
function within(directory: string, name: string): string {
  const path = join(directory, name);
  if (!normalize(path).startsWith(`${normalize(directory)}/`))
    throw new Error(`path "${name}" leaves the volume`);
  return path;
}

function volumePath(directory: string, pod: Pod, volume: Volume): string {
  if (volume.hostPath) return volume.hostPath.path;
  return join(podDirectory(directory, pod), 'volumes', pluginOf(volume), volume.name);
}

/** As upstream names the folders. */
function pluginOf(volume: Volume): string {
  if (volume.configMap) return 'kubernetes.io~configmap';
  if (volume.secret) return 'kubernetes.io~secret';
  if (volume.downwardAPI) return 'kubernetes.io~downward-api';
  return volume.projected ? 'kubernetes.io~projected' : 'kubernetes.io~empty-dir';
}

/** What a container sees of the pod's volumes. */
export function mountsOf(
  pod: Pod,
  container: Container,
  directory: VolumesDirectory,
  variables: ReadonlyMap<string, string>,
): Mount[] {
  if (directory === undefined) return [];
  return (container.volumeMounts ?? []).flatMap(
    ({ name, mountPath, subPath, subPathExpr, readOnly = false }) => {
      const volume = pod.spec.volumes?.find((each) => each.name === name);
      if (!volume) return [];
      const below = subPathExpr
        ? expand(subPathExpr, (variable) => variables.get(variable))
        : (subPath ?? '');
      const root = volumePath(directory, pod, volume);
      return [{ containerPath: mountPath, hostPath: below ? within(root, below) : root, readOnly }];
    },
  );
}
