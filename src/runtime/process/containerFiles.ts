import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { ContainerConfig, RestoredContainer } from '../runtime.ts';
import type { ProcessGroup } from './processGroup.ts';

/** What outlives this process about a container. */
export interface ContainerRecord {
  readonly config: ContainerConfig;
  readonly sandboxId: string;
  readonly life: RestoredContainer;
  readonly group: ProcessGroup | undefined;
}

/** The folder of one container: its root, its log, its pipes and its record. */
export class ContainerFiles {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** What the container sees as its root: its home and, unless told otherwise, its working directory. */
  get root(): string {
    return join(this.directory, 'root');
  }
  get logs(): string {
    return join(this.directory, 'logs');
  }
  /** Where the wrapper leaves the exit code. */
  get exitCode(): string {
    return join(this.directory, 'exit-code');
  }

  pipe(name: 'stdin' | 'stdout' | 'stderr' | 'alive'): string {
    return join(this.directory, `${name}.pipe`);
  }

  /** A path of the container, within its root. */
  inRoot(path: string): string {
    return join(this.root, normalize(`/${path}`));
  }

  async make({ mounts, workingDir }: ContainerConfig): Promise<void> {
    await mkdir(this.root, { recursive: true });
    await mkdir(this.logs, { recursive: true });
    for (const { containerPath, hostPath } of mounts) {
      const link = this.inRoot(containerPath);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(hostPath, link);
    }
    if (workingDir) await mkdir(this.inRoot(workingDir), { recursive: true });
  }

  /** At once: what was started must not be forgotten by a crash. */
  save(record: ContainerRecord): void {
    saveJson(this.#record, record);
  }

  load(): ContainerRecord | undefined {
    return loadJson<ContainerRecord>(this.#record);
  }

  /** The exit code that the wrapper left; undefined when it was killed before it could. */
  readExitCode(): number | undefined {
    try {
      const text = readFileSync(this.exitCode, 'utf8').trim();
      return /^\d+$/.test(text) ? Number(text) : undefined;
    } catch {
      return undefined;
    }
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }

  get #record(): string {
    return join(this.directory, 'container.json');
  }
}

/** A file that is either the old or the new one, whatever happens meanwhile. */
export function saveJson(path: string, value: object): void {
  writeFileSync(`${path}.new`, JSON.stringify(value), { mode: 0o600 });
  renameSync(`${path}.new`, path);
}

export function loadJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
