import { existsSync } from 'node:fs';
import type { CriService } from './criService.ts';

/** The parent of all pods' control groups, in the form that the runtime takes. */
export async function cgroupParent(cri: Pick<CriService, 'usesSystemd' | 'status'>): Promise<string> {
  const usesSystemd = (await cri.usesSystemd()) ?? tellsOfSystemd((await cri.status()).info);
  return usesSystemd ? 'sampan.slice' : '/sampan';
}

/** containerd tells by its configuration. */
const tellsOfSystemd = (info: Readonly<Record<string, string>>): boolean =>
  /"SystemdCgroup":\s*true/.test(info.config ?? '');

/** Whether a host has version 2 of control groups alone, as systemd mounts them: only there is this file in the root of all. */
export const hasUnifiedGroups = (root = '/sys/fs/cgroup'): boolean =>
  existsSync(`${root}/cgroup.controllers`);

/**
 * What version 2 is to be told beside the limits, for which runtimes have words of their own: a container that runs out of memory ends as a
 * whole, as with the kubelet, not just the process that the kernel picks. Version 1 cannot be told.
 */
export const unifiedSettings = (isUnified: boolean): Readonly<Record<string, string>> =>
  isUnified ? { 'memory.oom.group': '1' } : {};
