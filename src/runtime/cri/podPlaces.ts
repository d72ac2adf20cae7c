import { join } from 'node:path';
import type { SandboxConfig } from '../runtime.ts';
import { PodFiles } from './podFiles.ts';
import type { PodGroups } from './podGroups.ts';
import type { PodLogs } from './podLogs.ts';
import type { PodSandboxConfig } from './podMessages.ts';
import { OWNER_LABEL, podSandboxMessage } from './podSandbox.ts';

/** Where a node keeps what belongs to its pods, and by what it knows them among those of others. */
export class PodPlaces {
  /** The node's own folder, which no other node has. */
  readonly owner: string;
  readonly groups: PodGroups;
  readonly logs: PodLogs;

  constructor(directory: string, groups: PodGroups, logs: PodLogs) {
    this.owner = directory;
    this.groups = groups;
    this.logs = logs;
  }

  /** The labels of all that is this node's. */
  get own(): Record<string, string> {
    return { [OWNER_LABEL]: this.owner };
  }

  /** The folder of all pods. */
  get root(): string {
    return join(this.owner, 'pods');
  }

  files(config: SandboxConfig): PodFiles {
    return new PodFiles(this.root, config);
  }

  async message(config: SandboxConfig): Promise<PodSandboxConfig> {
    const logDirectory = await this.files(config).logs();
    const cgroupParent = this.groups.parentOf(config.uid);
    return podSandboxMessage(config, { owner: this.owner, logDirectory, cgroupParent });
  }
}
