import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Container, Pod, Volume } from '../../generated/types.ts';
import type { Mount } from '../../runtime/runtime.ts';
import { expand } from '../environment/expansion.ts';
import { checkHostPath } from './hostPath.ts';
import { memorySize, mountMemory, unmountAll } from './memoryVolume.ts';
import { giveToGroup } from './ownership.ts';
import { subPathIn } from './subPath.ts';
import { type ContentSources, contentOf, type VolumeFiles } from './volumeContent.ts';

/** A volume cannot be had now; the pod waits in ContainerCreating. */
export class MountError extends Error {
  override readonly name = 'MountError';
}

/** Where the volumes of pods are kept. Undefined: nowhere (`simulated`); what they refer to is looked up all the same. */
export type VolumesDirectory = string | undefined;

const podDirectory = (directory: string, pod: Pod): string => join(directory, 'pods', pod.metadata.uid ?? '');

export interface VolumeSources extends ContentSources {
  /** Whether the containers live apart from the host: then volumes may be memory, and belong to the pod's `fsGroup`. */
  readonly forContainers?: boolean;
}

/** Makes all volumes of a pod. Throws `MountError` for the first that cannot be had. */
export async function makeVolumes(
  pod: Pod,
  directory: VolumesDirectory,
  sources: VolumeSources,
): Promise<void> {
  for (const volume of pod.spec.volumes ?? []) {
    try {
      const files = await contentOf(pod, volume, sources);
      if (directory === undefined) continue;
      if (volume.hostPath) await checkHostPath(volume.hostPath.path, volume.hostPath.type);
      else if (files) await fillVolume(pod, volume, volumePath(directory, pod, volume), files, sources);
      else await makeEmpty(pod, volume, volumePath(directory, pod, volume), sources);
    } catch (error) {
      throw new MountError(
        `MountVolume.SetUp failed for volume "${volume.name}" : ${(error as Error).message}`,
      );
    }
  }
}

export async function removeVolumes(pod: Pod, directory: VolumesDirectory): Promise<void> {
  if (directory !== undefined) await removeFolder(podDirectory(directory, pod));
}

/** Takes memory back when the containers of all pods have ended; the rest stays for their next lives. */
export async function unmountVolumes(directory: VolumesDirectory): Promise<void> {
  if (directory !== undefined) await unmountAll(join(directory, 'pods'));
}

/** Folders of pods are named by their uid. */
const POD_FOLDER = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Takes away what is left of pods that are no more: their volumes and what is mounted there. */
export async function removeOrphanedVolumes(
  directory: VolumesDirectory,
  known: ReadonlySet<string>,
): Promise<void> {
  if (directory === undefined) return;
  for (const name of await readdir(join(directory, 'pods')).catch(() => []))
    if (POD_FOLDER.test(name) && !known.has(name)) await removeFolder(join(directory, 'pods', name));
}

async function removeFolder(path: string): Promise<void> {
  await unmountAll(path);
  await rm(path, { recursive: true, force: true });
}

const groupOf = (pod: Pod, { forContainers }: VolumeSources): number | undefined =>
  forContainers ? pod.spec.securityContext?.fsGroup : undefined;

/** Once: what containers have done to it since is theirs. */
async function makeEmpty(pod: Pod, volume: Volume, path: string, sources: VolumeSources): Promise<void> {
  const isNew = (await mkdir(path, { recursive: true })) !== undefined;
  const isMemory = sources.forContainers && volume.emptyDir?.medium === 'Memory';
  const size = isMemory ? memorySize(pod, volume, sources.node.allocatable.memory) : undefined;
  const isMounted = isMemory && (await mountMemory(path, size));
  if (!isNew && !isMounted) return;
  // As upstream: any user of the pod's containers may write to what is empty. Strangers on the host are kept out by the node's own folder.
  await chmod(path, 0o777);
  const group = groupOf(pod, sources);
  if (group !== undefined) await giveToGroup(path, group, false);
}

/** What shows the API may be read by all of the pod's users. */
async function fillVolume(
  pod: Pod,
  volume: Volume,
  path: string,
  files: VolumeFiles,
  sources: VolumeSources,
): Promise<void> {
  const group = groupOf(pod, sources);
  await mkdir(path, { recursive: true });
  await chmod(path, 0o755);
  await removeOthers(path, files);
  const mode =
    volume.configMap?.defaultMode ?? volume.secret?.defaultMode ?? volume.projected?.defaultMode ?? 0o644;
  for (const [name, content] of files) await replaceFile(within(path, name), content, mode, group);
  if (group !== undefined) await giveToGroup(path, group, true);
}

/** What the API has no more is taken away. */
async function removeOthers(path: string, files: VolumeFiles): Promise<void> {
  const kept = new Set([...files.keys()].map((name) => name.split('/')[0]!));
  for (const name of await readdir(path)) {
    if (!kept.has(name)) await rm(join(path, name), { recursive: true, force: true });
  }
}

/** Readers see the old file or the new one, never half of it. */
async function replaceFile(
  path: string,
  content: Buffer,
  mode: number,
  group: number | undefined,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const fresh = `${path}.new`;
  await writeFile(fresh, content, { mode });
  await chmod(fresh, mode);
  if (group !== undefined) await giveToGroup(fresh, group, true);
  await rename(fresh, path);
}

/** Keys of config maps cannot climb out of their volume. */
function within(directory: string, name: string): string {
  const path = join(directory, name);
  if (!normalize(path).startsWith(`${normalize(directory)}/`))
    throw new Error(`path "${name}" leaves the volume`);
  return path;
}

/** Where a volume lies. */
export function volumePath(directory: string, pod: Pod, volume: Volume): string {
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

/** Where volumes would be that nobody keeps: `simulated` containers imagine them. */
export const IMAGINED = '/';

/** What a container sees of the pod's volumes. Throws what is wrong with a path below one of them. */
export async function mountsOf(
  pod: Pod,
  container: Container,
  directory: VolumesDirectory,
  variables: ReadonlyMap<string, string>,
): Promise<Mount[]> {
  const mounts: Mount[] = [];
  for (const {
    name,
    mountPath,
    subPath,
    subPathExpr,
    readOnly = false,
    mountPropagation,
  } of container.volumeMounts ?? []) {
    const volume = pod.spec.volumes?.find((each) => each.name === name);
    if (!volume) continue;
    const below = subPathExpr ? expand(subPathExpr, (variable) => variables.get(variable)) : (subPath ?? '');
    const root = volumePath(directory ?? IMAGINED, pod, volume);
    mounts.push({
      containerPath: mountPath,
      hostPath: below ? await pathIn(root, below, directory) : root,
      readOnly,
      ...(mountPropagation && { propagation: mountPropagation as Mount['propagation'] }),
    });
  }
  return mounts;
}

const pathIn = (root: string, below: string, directory: VolumesDirectory): Promise<string> | string =>
  directory === undefined ? join(root, below) : subPathIn(root, below);
