import { existsSync } from 'node:fs';

/** Whether a host has version 2 of control groups alone, as systemd mounts them: only there is this file in the root of all. */
export const hasUnifiedGroups = (root = '/sys/fs/cgroup'): boolean =>
  existsSync(`${root}/cgroup.controllers`);

/**
 * What version 2 is to be told beside the limits, for which runtimes have words of their own: a container that runs out of memory ends as a
 * whole, as with the kubelet, not just the process that the kernel picks. Version 1 cannot be told.
 */
export const unifiedSettings = (isUnified: boolean): Readonly<Record<string, string>> =>
  isUnified ? { 'memory.oom.group': '1' } : {};
