import type { Mount } from '../runtime.ts';

/** What commands may do with files: texts by absolute path. A `Map` will do. */
export interface Files {
  readonly size: number;
  get(path: string): string | undefined;
  has(path: string): boolean;
  set(path: string, text: string): unknown;
  delete(path: string): boolean;
  keys(): Iterable<string>;
}

/** Files of volumes on a node: by their path on its imagined disk. */
export type HostFiles = Map<string, string>;

/** Nothing that a simulation keeps is worth more memory. */
const MOST_HOST_FILES = 10_000;

/** The files that a container sees: its own, and below its mounts those of the node, which others see as well. */
export class ContainerFiles implements Files {
  readonly #own = new Map<string, string>();
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
