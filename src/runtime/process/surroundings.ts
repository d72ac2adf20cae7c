import type { ContainerConfig, SandboxConfig } from '../runtime.ts';
import type { ContainerFiles } from './containerFiles.ts';
import { DEFAULT_PATH } from './executable.ts';

/** Where and with what environment a container's commands run: its own variables, and nothing of ours. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: Record<string, string>;
}

export function surroundings(
  config: ContainerConfig,
  sandbox: SandboxConfig,
  files: ContainerFiles,
): Surroundings {
  return {
    cwd: config.workingDir ? files.inRoot(config.workingDir) : files.root,
    env: {
      PATH: DEFAULT_PATH,
      HOME: files.root,
      HOSTNAME: sandbox.hostname,
      // Where the container's mounts are to be found: their own paths are the host's here.
      SAMPAN_ROOT: files.root,
      ...Object.fromEntries(config.env),
    },
  };
}
