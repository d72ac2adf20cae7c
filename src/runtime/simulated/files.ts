import type { Cancel } from '../../clock/clock.ts';
import type { Mount } from '../runtime.ts';

/** What commands may do with files: texts by absolute path. */
export interface Files {
  readonly size: number;
  get(path: string): string | undefined;
  has(path: string): boolean;
  set(path: string, text: string): unknown;
  delete(path: string): boolean;
  keys(): Iterable<string>;
  /** Calls `wake` once, when the file at this path is written or deleted the next time. The returned function cancels. */
  onNextChange(path: string, wake: () => void): Cancel;
}

/** Files that tell of their changes, for whoever follows one (`tail -f`). */
export class WatchedFiles extends Map<string, string> implements Files {
  readonly #waiting = new Map<string, Set<() => void>>();

  override set(path: string, text: string): this {
    super.set(path, text);
    this.#tell(path);
    return this;
  }

  override delete(path: string): boolean {
    const wasThere = super.delete(path);
    if (wasThere) this.#tell(path);
    return wasThere;
  }

  onNextChange(path: string, wake: () => void): Cancel {
    const waiting = this.#waiting.getOrInsertComputed(path, () => new Set());
    waiting.add(wake);
    return () => {
      waiting.delete(wake);
      if (waiting.size === 0 && this.#waiting.get(path) === waiting) this.#waiting.delete(path);
    };
  }

  #tell(path: string): void {
    const waiting = this.#waiting?.get(path);
    if (!waiting) return;
    this.#waiting.delete(path);
    for (const wake of waiting) wake();
  }
}

/** Files of volumes on a node: by their path on its imagined disk. */
export type HostFiles = WatchedFiles;

/** Nothing that a simulation keeps is worth more memory. */
const MOST_HOST_FILES = 10_000;

/** The files that a container sees: its own, and below its mounts those of the node, which others see as well. */
export class ContainerFiles implements Files {
  readonly #own = new WatchedFiles();
  readonly #host: HostFiles;
  /** The innermost mount of a path comes first. */
  readonly #mounts: readonly Mount[];

  constructor(host: HostFiles, mounts: readonly Mount[]) {
    this.#host = host;
    this.#mounts = mounts.toSorted((a, b) => b.containerPath.length - a.containerPath.length);
  }

  get(path: string): string | undefined {
    const hostPath = this.#hostPath(path);
    return hostPath === undefined ? this.#own.get(path) : this.#host.get(hostPath);
  }

  has(path: string): boolean {
    return this.get(path) !== undefined;
  }

  set(path: string, text: string): void {
    const hostPath = this.#hostPath(path);
    if (hostPath === undefined) this.#own.set(path, text);
    else if (this.#host.has(hostPath) || this.#host.size < MOST_HOST_FILES) this.#host.set(hostPath, text);
  }

  delete(path: string): boolean {
    const hostPath = this.#hostPath(path);
    return hostPath === undefined ? this.#own.delete(path) : this.#host.delete(hostPath);
  }

  *keys(): Iterable<string> {
    yield* this.#own.keys();
    for (const { containerPath, hostPath } of this.#mounts) {
      const root = withSlash(hostPath);
      for (const path of this.#host.keys())
        if (path.startsWith(root)) yield withSlash(containerPath) + path.slice(root.length);
    }
  }

  onNextChange(path: string, wake: () => void): Cancel {
    const hostPath = this.#hostPath(path);
    return hostPath === undefined
      ? this.#own.onNextChange(path, wake)
      : this.#host.onNextChange(hostPath, wake);
  }

  /** Of the container's own. */
  get size(): number {
    return this.#own.size;
  }

  #hostPath(path: string): string | undefined {
    for (const { containerPath, hostPath } of this.#mounts) {
      const root = withSlash(containerPath);
      if (path.startsWith(root)) return withSlash(hostPath) + path.slice(root.length);
    }
    return undefined;
  }
}

const withSlash = (path: string): string => (path.endsWith('/') ? path : `${path}/`);
