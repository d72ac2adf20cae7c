import { constants } from 'node:fs';
import { access, mkdir, readdir, readlink, rm, rmdir, symlink } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Mount, SandboxConfig } from '../runtime.ts';
import {
  danglingLinks,
  linkName,
  linksBeside,
  makeLink,
  removeLink,
  removeLinksInto,
  rootOfLog,
} from './containerLinks.ts';
import { logsElsewhere, podFolderName, uidOfFolder } from './podFiles.ts';

/** Leads from a node's folder to where the logs of its pods lie. */
const MARK = 'pod-logs';
/** In a node's folder: links to the logs of its own containers alone. */
const OWN_LINKS = 'container-links';

/** Where the logs of a node's pods lie, what leads to them, and when they go. */
export class PodLogs {
  /** Undefined: with what else the node keeps for its pods. */
  readonly root: string | undefined;
  /** Why they do not lie where they should. */
  readonly problem: string | undefined;
  /** Where the node keeps what belongs to its pods. */
  readonly #pods: string;
  readonly #ownLinks: string;
  readonly #gone = new Set<string>();
  #dangling = new Set<string>();
  #collecting: Promise<void> = Promise.resolve();

  private constructor(directory: string, root: string | undefined, problem?: string) {
    this.#pods = join(directory, 'pods');
    this.#ownLinks = join(directory, OWN_LINKS);
    this.root = root;
    this.problem = problem;
  }

  /** Makes the root, and the folders for links. Where that must not be, logs lie with what else the node keeps for its pods. */
  static async open(directory: string, wanted: string | undefined): Promise<PodLogs> {
    if (wanted === undefined) return new PodLogs(directory, undefined);
    try {
      const folders = [wanted, linksBeside(wanted), join(directory, OWN_LINKS)];
      for (const folder of folders) await makeWritable(folder);
      await mark(directory, wanted);
      return new PodLogs(directory, wanted);
    } catch (error) {
      const pods = join(directory, 'pods');
      const problem = `Logs of containers are kept in ${pods}, where collectors do not find them: ${(error as Error).message}`;
      return new PodLogs(directory, undefined, problem);
    }
  }

  /** Where the logs of a new pod lie. */
  directoryOf(config: SandboxConfig): string | undefined {
    return this.root && join(this.root, podFolderName(config));
  }

  /** A container has started: makes the links to its log, if they are not there. */
  async link(log: string, containerId: string): Promise<void> {
    for (const link of this.#linksTo(log, containerId)) await makeLink(link, log);
  }

  /** The container goes, and its log. */
  async unlink(log: string, containerId: string): Promise<void> {
    for (const link of this.#linksTo(log, containerId)) await removeLink(link, log);
  }

  /**
   * What a container sees of the host's folder for logs: of the links, those of its own node alone. Several nodes may share a host, and a
   * collector that runs on each of them should have every line once.
   */
  async mountsFor(mounts: readonly Mount[]): Promise<readonly Mount[]> {
    if (!this.root) return mounts;
    const links = linksBeside(this.root);
    const seen = mounts.flatMap((mount) => this.#seenFor(mount, links, mounts));
    // It may be read only, where the runtime could not make the place for what is mounted in it.
    if (seen.length > mounts.length) await mkdir(links, { recursive: true });
    return seen;
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

  /** Takes away what is left of pods other than those with these uids. Other folders at the same place are not ours. */
  async removeOthers(uids: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#pods).catch(() => []);
    await this.#remove(
      names.filter((name) => {
        const uid = uidOfFolder(name);
        return uid !== undefined && !uids.has(uid);
      }),
    );
  }

  async #collect(): Promise<void> {
    const gone = [...this.#gone];
    // What fails now is tried again when the node starts.
    this.#gone.clear();
    await this.#remove(gone);
    if (!this.root) return;
    const root = this.root;
    const dangling = await Promise.all(this.#linkFolders(root).map((folder) => danglingLinks(folder, root)));
    const links = dangling.flat();
    for (const link of links) if (this.#dangling.has(link)) await rm(link, { force: true });
    this.#dangling = new Set(links);
  }

  /** All that the node keeps for pods, with their logs wherever they lie, and the links to those. */
  async #remove(names: readonly string[]): Promise<void> {
    const folders = names.map((name) => join(this.#pods, name));
    const logs = new Set((await Promise.all(folders.map(logsElsewhere))).flat());
    const links = new Set([...logs].flatMap((path) => this.#linkFolders(dirname(path))));
    for (const folder of links) await removeLinksInto(folder, logs);
    for (const path of [...logs, ...folders]) await rm(path, { recursive: true, force: true });
  }

  #seenFor(mount: Mount, links: string, mounts: readonly Mount[]): Mount[] {
    const { hostPath, containerPath, propagation = 'None' } = mount;
    // What is mounted in it would be seen on the other side.
    if (propagation !== 'None') return [mount];
    if (resolve(hostPath) === links) return [{ ...mount, hostPath: this.#ownLinks }];
    const place = join(containerPath, 'containers');
    const isMounted = mounts.some((other) => resolve(other.containerPath) === place);
    if (resolve(hostPath) !== dirname(links) || isMounted) return [mount];
    return [mount, { ...mount, containerPath: place, hostPath: this.#ownLinks }];
  }

  #linksTo(log: string, containerId: string): string[] {
    const name = linkName(log, containerId);
    return name === undefined ? [] : this.#linkFolders(rootOfLog(log)).map((folder) => join(folder, name));
  }

  #linkFolders(root: string): string[] {
    return [linksBeside(root), this.#ownLinks];
  }
}

async function makeWritable(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  await access(folder, constants.W_OK);
}

async function mark(directory: string, root: string): Promise<void> {
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
