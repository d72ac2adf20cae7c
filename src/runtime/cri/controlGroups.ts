import { existsSync, globSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { basename } from 'node:path';
import type { CriService } from './criService.ts';
import { type SystemdSlices, systemdSlices } from './systemdSlices.ts';

/** Where control groups are mounted. */
export const CGROUP_ROOT = '/sys/fs/cgroup';
const PATH = '/sampan';
/** The parent of all pods' control groups where systemd makes them. */
export const PARENT_SLICE = 'sampan.slice';
/** Those of pods that have one of their own, below the parent. */
const OF_PODS = { [PATH.slice(1)]: 'pod*', [PARENT_SLICE]: 'sampan-pod*.slice' };

/** The parent of all pods' control groups, in the form that the runtime takes. */
export async function cgroupParent(cri: Pick<CriService, 'usesSystemd' | 'status'>): Promise<string> {
  const usesSystemd = (await cri.usesSystemd()) ?? tellsOfSystemd((await cri.status()).info);
  return usesSystemd ? PARENT_SLICE : PATH;
}

/** As much of containerd's configuration as tells what its runtimes are told. */
interface ContainerdConfig {
  readonly containerd?: {
    readonly defaultRuntimeName?: string;
    readonly runtimes?: Readonly<Record<string, { readonly options?: { readonly SystemdCgroup?: boolean } }>>;
  };
}

/** containerd tells by its configuration. Pods are run by its default runtime: others may be told otherwise. */
function tellsOfSystemd({ config }: Readonly<Record<string, string>>): boolean {
  const { defaultRuntimeName = '', runtimes } = configIn(config)?.containerd ?? {};
  return runtimes?.[defaultRuntimeName]?.options?.SystemdCgroup ?? false;
}

/** Another runtime may tell it in another form, or not at all. */
function configIn(text = ''): ContainerdConfig | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whether a host has version 2 of control groups alone, as systemd mounts them: only there is this file in the root of all. */
export const hasUnifiedGroups = (root = CGROUP_ROOT): boolean => existsSync(`${root}/cgroup.controllers`);

/**
 * What version 2 is to be told beside the limits, for which runtimes have words of their own: a container that runs out of memory ends as a
 * whole, as with the kubelet, not just the process that the kernel picks. Version 1 cannot be told.
 */
export const unifiedSettings = (isUnified: boolean): Readonly<Record<string, string>> =>
  isUnified ? { 'memory.oom.group': '1' } : {};

/**
 * Takes away the parent of all pods' control groups, in both versions of them, unless somebody else's pods are in it, and what pods have left
 * there. systemd would keep its slices for ever: it is told to let go of them.
 */
export async function removeParentGroups(
  root = CGROUP_ROOT,
  { letGo }: Pick<SystemdSlices, 'letGo'> = systemdSlices,
): Promise<void> {
  const groupsOf = (name: string) => globSync(`${root}/{*/,}${name}`);
  const ofPods = Object.entries(OF_PODS).flatMap(([parent, name]) => groupsOf(`${parent}/${name}`));
  await removeEmpty(ofPods);
  const slices = new Set(ofPods.map((group) => basename(group)).filter((name) => name.endsWith('.slice')));
  // To stop one would end all that is in it.
  for (const slice of slices) if (groupsOf(`${PARENT_SLICE}/${slice}`).length === 0) await letGo(slice);
  // Not before: systemd makes the group of a parent again when one below it goes.
  await removeEmpty(Object.keys(OF_PODS).flatMap(groupsOf));
  if (groupsOf(PARENT_SLICE).length === 0) await letGo(PARENT_SLICE);
}

async function removeEmpty(groups: readonly string[]): Promise<void> {
  for (const group of groups) await rmdir(group).catch(() => {});
}
