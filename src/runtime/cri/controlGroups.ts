import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { CriService } from './criService.ts';

const run = promisify(execFile);
const ROOT = '/sys/fs/cgroup';
const PATH = '/sampan';
const SLICE = 'sampan.slice';

/** The parent of all pods' control groups, in the form that the runtime takes. */
export async function cgroupParent(cri: Pick<CriService, 'usesSystemd' | 'status'>): Promise<string> {
  const usesSystemd = (await cri.usesSystemd()) ?? tellsOfSystemd((await cri.status()).info);
  return usesSystemd ? SLICE : PATH;
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
export const hasUnifiedGroups = (root = ROOT): boolean => existsSync(`${root}/cgroup.controllers`);

/**
 * What version 2 is to be told beside the limits, for which runtimes have words of their own: a container that runs out of memory ends as a
 * whole, as with the kubelet, not just the process that the kernel picks. Version 1 cannot be told.
 */
export const unifiedSettings = (isUnified: boolean): Readonly<Record<string, string>> =>
  isUnified ? { 'memory.oom.group': '1' } : {};

/**
 * Takes away the parent of all pods' control groups, in both versions of them, unless somebody else's pods are in it. systemd would keep
 * its slice for ever: it is told to let go of it.
 */
export async function removeParentGroups(root = ROOT, letGo = stopSlice): Promise<void> {
  const parentsOf = (name: string) => globSync(`${root}/{*/,}${name}`);
  for (const group of [...parentsOf(PATH.slice(1)), ...parentsOf(SLICE)]) await rmdir(group).catch(() => {});
  // To stop it would end all that is in it.
  if (parentsOf(SLICE).length === 0) await letGo(SLICE);
}

/** Nothing happens where there is none, or no systemd. */
const stopSlice = async (name: string): Promise<void> => {
  await run('systemctl', ['stop', name]).catch(() => {});
};
