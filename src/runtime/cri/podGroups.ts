import { existsSync, readdirSync } from 'node:fs';
import { readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Clock, delay } from '../../clock/clock.ts';
import { CGROUP_ROOT, hasUnifiedGroups, PARENT_SLICE } from './controlGroups.ts';
import { type SystemdSlices, systemdSlices } from './systemdSlices.ts';

export interface PodGroupsOptions {
  readonly clock: Clock;
  /** Of all pods' control groups, in the form that the runtime takes: a path, or a slice where systemd makes them. */
  readonly parent: string;
  /** The most processes and threads of a pod. Pods have no group of their own without. */
  readonly podPidsLimit?: number | undefined;
  /** Where control groups are mounted. */
  readonly root?: string;
  readonly slices?: SystemdSlices;
}

/** Between looks whether a group is empty: systemd removes what was in it when it gets round to it. */
const PAUSES_MS = [20, 100, 300, 1000];

const NO_CONTROLLER =
  'The pod may have any number of processes: --pod-max-pids takes the controller "pids" of control groups, which is not there on this host';

/**
 * The control groups of pods. One of its own is for what holds for a pod as a whole: the limit of its processes. Which of the pods that were
 * taken up have one is told by the groups themselves.
 */
export class PodGroups {
  readonly #clock: Clock;
  readonly #parent: string;
  readonly #limit: number | undefined;
  readonly #root: string;
  readonly #slices: SystemdSlices;
  /** Pods of an earlier life of the agent, and whether they have a group: the agent may have been told otherwise since. */
  readonly #adopted = new Map<string, boolean>();
  readonly #problems = new Map<string, string>();

  constructor({ clock, parent, podPidsLimit, root = CGROUP_ROOT, slices = systemdSlices }: PodGroupsOptions) {
    this.#clock = clock;
    this.#parent = parent;
    this.#limit = podPidsLimit;
    this.#root = root;
    this.#slices = slices;
  }

  /** The parent of the control groups of a pod's containers, in the form that the runtime takes. */
  parentOf(uid: string): string {
    return this.#hasOwn(uid) ? this.#nameOf(uid) : this.#parent;
  }

  /** A pod is made anew: whether it gets a group goes by what holds now. */
  renew(uid: string): void {
    this.#adopted.delete(uid);
  }

  /** Pods that are there already. Those with a group have the present limit from now on, if there is one. */
  async adopt(uids: readonly string[]): Promise<void> {
    for (const uid of uids) this.#adopted.set(uid, this.#groupsOf(uid).length > 0);
    // A pod that runs is better than none: that its limit is refused is told with it.
    const limit = (uid: string) =>
      this.limit(uid).catch((error) => void this.#problems.set(uid, refused(error)));
    await Promise.all(uids.map(limit));
  }

  /** Sets the limit of a pod whose first process runs, so that its group is there. */
  async limit(uid: string): Promise<void> {
    const limit = this.#limit;
    if (limit === undefined || !this.#hasOwn(uid)) return;
    const problem = await this.#write(uid, limit);
    if (problem === undefined) this.#problems.delete(uid);
    else this.#problems.set(uid, problem);
  }

  /** Why a pod's limit does not hold, if so. */
  problemsOf(uid: string): string[] {
    const problem = this.#problems.get(uid);
    return problem === undefined ? [] : [problem];
  }

  /** Takes away the group of a pod that has ended. One that somebody is still in stays. */
  async remove(uid: string): Promise<void> {
    this.#problems.delete(uid);
    if (this.#groupsOf(uid).length === 0) return;
    for (const pauseMs of PAUSES_MS) {
      if (await this.#tryToRemove(uid)) return;
      await delay(this.#clock, pauseMs);
    }
    await this.#tryToRemove(uid);
  }

  /** What is wrong with the limit, if something is. Rejects when it is refused. */
  async #write(uid: string, limit: number): Promise<string | undefined> {
    const file = join(this.#pidsRoot, this.#pathOf(uid), 'pids.max');
    const before = await contentOf(file);
    if (before === undefined) return NO_CONTROLLER;
    if (before.trim() === String(limit)) return undefined;
    const problem = this.#isSlices ? await this.#tellSystemd(this.#nameOf(uid), limit) : undefined;
    await writeFile(file, String(limit));
    return problem;
  }

  async #tellSystemd(slice: string, limit: number): Promise<string | undefined> {
    try {
      await this.#slices.limitTasks(slice, limit);
      return undefined;
    } catch (error) {
      return `The pod has the limit of --pod-max-pids until systemd is reloaded: ${messageOf(error)}`;
    }
  }

  async #tryToRemove(uid: string): Promise<boolean> {
    for (const group of this.#groupsOf(uid)) await rmdir(group).catch(() => {});
    if (this.#groupsOf(uid).length > 0) return false;
    if (this.#isSlices) await this.#slices.letGo(this.#nameOf(uid));
    return true;
  }

  #hasOwn(uid: string): boolean {
    return this.#adopted.get(uid) ?? this.#limit !== undefined;
  }

  get #isSlices(): boolean {
    return this.#parent === PARENT_SLICE;
  }

  /** The names of slices tell which is in which, by their dashes. */
  #nameOf(uid: string): string {
    return this.#isSlices ? `sampan-pod${uid.replaceAll('-', '_')}.slice` : `${this.#parent}/pod${uid}`;
  }

  #pathOf(uid: string): string {
    return this.#isSlices ? join(this.#parent, this.#nameOf(uid)) : this.#nameOf(uid);
  }

  /** In each hierarchy of version 1, or in the one of version 2. */
  #groupsOf(uid: string): string[] {
    const path = this.#pathOf(uid);
    const hierarchies = existsSync(this.#root) ? ['', ...readdirSync(this.#root)] : [];
    return hierarchies.map((name) => join(this.#root, name, path)).filter((group) => existsSync(group));
  }

  get #pidsRoot(): string {
    return hasUnifiedGroups(this.#root) ? this.#root : join(this.#root, 'pids');
  }
}

const refused = (error: unknown): string =>
  `The pod may have any number of processes: --pod-max-pids is refused: ${messageOf(error)}`;

const messageOf = (error: unknown): string => (error as Error).message.trim();

/** Undefined where there is no such file. */
const contentOf = (path: string): Promise<string | undefined> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
