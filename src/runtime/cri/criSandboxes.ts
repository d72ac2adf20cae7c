import { delay } from '../../clock/clock.ts';
import type { Sandbox, SandboxConfig } from '../runtime.ts';
import type { CriContainers } from './criContainers.ts';
import type { CriParts } from './criParts.ts';
import { sandboxOf } from './podSandbox.ts';
import { replacingTaken } from './replaceTaken.ts';

/** Between tries to stop a sandbox. */
const STUMBLES_MS = [100, 300, 1000, 3000];

/** The sandboxes of a node's pods. */
export class CriSandboxes {
  readonly #parts: CriParts;
  readonly #containers: CriContainers;
  readonly #known = new Map<string, Sandbox>();
  /** Those that were stopped here, and are not removed yet. */
  readonly #stopped = new Set<string>();
  readonly #removing = new Map<string, Promise<void>>();

  constructor(parts: CriParts, containers: CriContainers) {
    this.#parts = parts;
    this.#containers = containers;
  }

  async run(config: SandboxConfig): Promise<Sandbox> {
    const { cri, turns, places } = this.#parts;
    const { groups, logs } = places;
    groups.renew(config.uid);
    await logs.keep(config);
    const files = places.files(config);
    await files.makeFolders(logs.directoryOf(config));
    const message = await places.message(config);
    const run = () => turns.start('sandbox', () => cri.runPodSandbox(message));
    const id = await replacingTaken(run, (taken) => this.#discard(taken)).catch(async (error) => {
      await groups.remove(config.uid);
      this.#letGo(config);
      throw error;
    });
    await groups.limit(config.uid);
    const sandbox = await this.#look(id);
    if (!sandbox) throw new Error(`sandbox ${id} has gone as soon as it was made`);
    await files.writeHosts(config, sandbox.ip);
    return sandbox;
  }

  async stop(id: string): Promise<void> {
    await this.#containers.settled(id);
    await this.#parts.turns.calm();
    await this.#stop(id);
  }

  /** The pod is gone: what was before this sandbox goes with it. */
  async remove(id: string): Promise<void> {
    const sandbox = this.#known.get(id);
    const older = sandbox
      ? this.#of(sandbox).filter(({ config }) => config.attempt < sandbox.config.attempt)
      : [];
    for (const each of [...older.map((other) => other.id), id]) await this.#removeOnce(each);
  }

  async list(): Promise<readonly Sandbox[]> {
    const { cri, places } = this.#parts;
    const ids = await cri.listPodSandboxes(places.own);
    const sandboxes = await Promise.all(ids.map((id) => this.#look(id)));
    return sandboxes.filter((sandbox) => sandbox !== undefined);
  }

  /** As it was when last looked at; undefined for one that is not ours. */
  async find(id: string): Promise<Sandbox | undefined> {
    return this.#known.get(id) ?? this.#look(id);
  }

  /** As it is now; remembered. */
  async #look(id: string): Promise<Sandbox | undefined> {
    const status = await this.#parts.cri.podSandboxStatus(id);
    const sandbox = status && sandboxOf(status);
    if (sandbox) this.#known.set(id, sandbox);
    return sandbox;
  }

  /** What is known of the same pod, and is not this sandbox. */
  #of({ id, config: { uid } }: Sandbox): Sandbox[] {
    return [...this.#known.values()].filter((other) => other.config.uid === uid && other.id !== id);
  }

  #removeOnce(id: string): Promise<void> {
    const removal =
      this.#removing.get(id) ?? this.#removeWithFiles(id).finally(() => this.#removing.delete(id));
    this.#removing.set(id, removal);
    return removal;
  }

  async #removeWithFiles(id: string): Promise<void> {
    const sandbox = this.#known.get(id);
    await this.#discard(id);
    if (!sandbox) return;
    if (this.#of(sandbox).length > 0) await this.#parts.places.files(sandbox.config).remove();
    else this.#letGo(sandbox.config);
  }

  /** Its files stay: they may be those of the one that takes its place. */
  async #discard(id: string): Promise<void> {
    const sandbox = this.#known.get(id);
    await this.#containers.settled(id);
    await this.#parts.turns.calm();
    if (!this.#stopped.delete(id)) await this.#stop(id);
    // The sandbox goes last: as long as it is there, somebody comes back for its group.
    if (sandbox && this.#of(sandbox).length === 0) await this.#parts.places.groups.remove(sandbox.config.uid);
    await this.#parts.cri.removePodSandbox(id);
    this.#stopped.delete(id);
    this.#containers.forgetThoseIn(id);
    this.#known.delete(id);
  }

  /** Nothing is there any more that could need the files of the pod. */
  #letGo(config: SandboxConfig): void {
    const isThere = this.#known.values().some((other) => other.config.uid === config.uid);
    if (!isThere) this.#parts.places.logs.leave(config);
  }

  async #stop(id: string): Promise<void> {
    await this.#stopPatiently(id);
    this.#stopped.add(id);
    const sandbox = this.#known.get(id);
    if (sandbox) this.#known.set(id, { ...sandbox, state: 'notReady' });
    this.#containers.endedIn(id);
  }

  /** The runtime may stumble over a container that ends by itself in this very moment, and a busy one for longer. */
  async #stopPatiently(id: string): Promise<void> {
    const { cri, clock } = this.#parts;
    for (const pauseMs of STUMBLES_MS) {
      try {
        return await cri.stopPodSandbox(id);
      } catch {
        await delay(clock, pauseMs);
      }
    }
    await cri.stopPodSandbox(id);
  }
}
