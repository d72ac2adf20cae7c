import { constants } from 'node:fs';
import { access, mkdir, readlink, rm, rmdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { SandboxConfig } from '../runtime.ts';
import { danglingLinks, linksBeside } from './containerLinks.ts';
import { podFolderName, removePodFolders } from './podFiles.ts';

/** Leads from a node's folder to where the logs of its pods lie. */
const MARK = 'pod-logs';

/** Where the logs of a node's pods lie, and when they go. */
export class PodLogs {
  /** Undefined: with what else the node keeps for its pods. */
  readonly root: string | undefined;
  /** Why they do not lie where they should. */
  readonly problem: string | undefined;
  /** Where the node keeps what belongs to its pods. */
  readonly #pods: string;
  readonly #gone = new Set<string>();
  #dangling = new Set<string>();
  #collecting: Promise<void> = Promise.resolve();

  private constructor(pods: string, root: string | undefined, problem?: string) {
    this.#pods = pods;
    this.root = root;
    this.problem = problem;
  }

  /** Makes the root, and the folder for links beside it. Where that must not be, logs lie with what else the node keeps for its pods. */
  static async open(directory: string, wanted: string | undefined): Promise<PodLogs> {
    const pods = join(directory, 'pods');
    if (wanted === undefined) return new PodLogs(pods, undefined);
    try {
      for (const folder of [wanted, linksBeside(wanted)]) await makeWritable(folder);
      await mark(directory, wanted);
      return new PodLogs(pods, wanted);
    } catch (error) {
      const problem = `Logs of containers are kept in ${pods}, where collectors do not find them: ${(error as Error).message}`;
      return new PodLogs(pods, undefined, problem);
    }
  }

  /** Where the logs of a new pod lie. */
  directoryOf(config: SandboxConfig): string | undefined {
    return this.root && join(this.root, podFolderName(config));
  }

  /** The pod is here, perhaps again. */
  async keep(config: SandboxConfig): Promise<void> {
    this.#gone.delete(podFolderName(config));
    await this.#collecting;
  }

  /** The pod is gone. Whoever collects its logs may need a moment for the last lines, so they go with the next collection. */
  leave(config: SandboxConfig): void {
    this.#gone.add(podFolderName(config));
  }

  /** Takes away what is left of pods that are gone, and links that have led nowhere at two looks in a row: a log that is being rotated is missing for a moment. */
  collect(): Promise<void> {
    this.#collecting = this.#collecting.then(() => this.#collect()).catch(() => {});
    return this.#collecting;
  }

  async #collect(): Promise<void> {
    const gone = [...this.#gone];
    // What fails now is tried again when the node starts.
    this.#gone.clear();
    await removePodFolders(this.#pods, gone);
    if (!this.root) return;
    const dangling = await danglingLinks(this.root);
    for (const link of dangling) if (this.#dangling.has(link)) await rm(link, { force: true });
    this.#dangling = new Set(dangling);
  }
}

async function makeWritable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await access(folder, constants.W_OK);
}

async function mark(directory: string, root: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  await rm(join(directory, MARK), { force: true });
  await symlink(root, join(directory, MARK));
}

/** Takes away the roots of the logs of nodes that are no more, where nothing is in them. Resolves to what it took away. */
export async function removeLogRoots(directories: readonly string[]): Promise<string[]> {
  const removed: string[] = [];
  for (const directory of directories) {
    const root = await readlink(join(directory, MARK)).catch(() => undefined);
    for (const folder of root === undefined ? [] : [root, linksBeside(root)]) {
      const isRemoved = await rmdir(folder).then(
        () => true,
        () => false, // others have logs there, or it has gone already
      );
      if (isRemoved) removed.push(folder);
    }
  }
  return removed;
}
