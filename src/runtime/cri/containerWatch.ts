import { type Cancel, type Clock, delay } from '../../clock/clock.ts';
import type { ContainerEvent } from '../runtime.ts';
import { CONTAINER_CREATED, CONTAINER_RUNNING, type ListedContainer } from './containerMessages.ts';
import type { CriClient } from './criClient.ts';
import { type ContainerEnd, ExitNews } from './exitNews.ts';

/** With news from the runtime a list is only for what they missed. */
const RARE_MS = 5_000;
const IDLE_MS = 1_000;
/** Without news, while something is expected to end. */
const EXPECTANT_MS = 80;
/** Most containers that end at all do so within this time. */
const YOUNG_MS = 60_000;
/** The list shows the end a moment after the runtime has put the container's things away; where its disk is busy, later. */
const LAG_MS = 5;
/** Where it does not tell that it has. */
const PATIENCE_MS = 100;
const MOST_LOOKS = 100;

interface Known {
  readonly podUid: string;
  readonly since: number;
  isRunning: boolean;
  isStopping: boolean;
  /** How it ended, while the news are ahead of the runtime's own status, and of the last lines of its log. */
  end?: ContainerEnd | undefined;
}

export interface ContainerWatchOptions {
  readonly client: CriClient;
  readonly clock: Clock;
  list(): Promise<readonly ListedContainer[]>;
}

/** Knows which containers run, and notices when one has ended: told by the runtime, or by asking it. */
export class ContainerWatch {
  readonly #options: ContainerWatchOptions;
  readonly #known = new Map<string, Known>();
  /** Those that are just being started, and what was heard of their end meanwhile. */
  readonly #starting = new Map<string, { end: ContainerEnd | undefined } | undefined>();
  readonly #settling = new Map<string, Promise<void>>();
  /** Those that are settling, and whose things have not been put away yet. */
  readonly #putAway = new Map<string, AbortController>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  readonly #news: ExitNews;
  #relist: Promise<void> | undefined;
  #cancelNext: Cancel = () => {};
  #isClosed = false;

  constructor(options: ContainerWatchOptions) {
    this.#options = options;
    this.#news = new ExitNews(options.client, options.clock, {
      onExit: (id, end) => {
        if (this.#starting.has(id)) this.#starting.set(id, { end });
        else this.#heardOfEnd(id, end);
      },
      onPutAway: (id) => this.#putAway.get(id)?.abort(),
      onSilence: () => this.#plan(),
    });
    this.#plan();
  }

  /** Takes up what runs already. */
  adopt(containers: readonly ListedContainer[]): void {
    for (const { id, labels, state } of containers) {
      if (state === CONTAINER_RUNNING) this.#know(id, labels['io.kubernetes.pod.uid'] ?? '');
    }
  }

  /** It may have ended before we hear that it has started. */
  starting(id: string): void {
    this.#starting.set(id, undefined);
  }

  notStarted(id: string): void {
    this.#starting.delete(id);
  }

  started(id: string, podUid: string): void {
    this.#know(id, podUid);
    this.#tell({ kind: 'started', containerId: id, podUid });
    const early = this.#starting.get(id);
    this.#starting.delete(id);
    if (early) this.#heardOfEnd(id, early.end);
    this.#plan();
  }

  stopping(id: string): void {
    const known = this.#known.get(id);
    if (known) known.isStopping = true;
    this.#plan();
  }

  isRunning(id: string): boolean {
    return this.#known.get(id)?.isRunning ?? false;
  }

  /** How the container has ended, if the runtime's own status does not tell yet. */
  endOf(id: string): ContainerEnd | undefined {
    return this.#known.get(id)?.end;
  }

  /** Resolves when the runtime is done with a container that has ended: its log is whole. At once for one that runs. */
  settled(id: string): Promise<void> {
    return this.#settling.get(id) ?? Promise.resolve();
  }

  /** Whether it has ended, and the runtime is not done with it. */
  isSettling(id: string): boolean {
    return this.#settling.has(id);
  }

  /** Calls when the container has ended and its log is whole; at once if that is so already. */
  onSettled(id: string, wake: () => void): Cancel {
    const settle = () => void this.settled(id).then(wake);
    if (!this.isRunning(id)) settle();
    return this.subscribe((event) => {
      if (event.containerId === id && event.kind === 'exited') settle();
    });
  }

  /** Who asked has seen that it has ended. */
  ended(id: string): void {
    const known = this.#known.get(id);
    if (!known?.isRunning) return;
    known.isRunning = false;
    this.#tell({ kind: 'exited', containerId: id, podUid: known.podUid });
  }

  forget(id: string): void {
    this.#known.delete(id);
  }

  /** Resolves when the container does not run any more. */
  over(id: string): Promise<void> {
    if (!this.isRunning(id)) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.subscribe((event) => {
        if (event.containerId !== id || event.kind !== 'exited') return;
        cancel();
        resolve();
      });
    });
  }

  subscribe(listener: (event: ContainerEvent) => void): Cancel {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelNext();
    this.#news.close();
  }

  /** Compares with what the runtime has. */
  refresh(): Promise<void> {
    this.#relist ??= this.#look().finally(() => {
      this.#relist = undefined;
    });
    return this.#relist;
  }

  async #look(): Promise<void> {
    const suspects = [...this.#known].filter(([, { isRunning, end }]) => isRunning || end);
    if (suspects.length === 0) return;
    const states = new Map((await this.#options.list()).map(({ id, state }) => [id, state]));
    for (const [id, known] of suspects) {
      const state = states.get(id);
      if (state === CONTAINER_RUNNING || state === CONTAINER_CREATED) continue;
      known.end = undefined;
      this.ended(id);
    }
  }

  #heardOfEnd(id: string, end: ContainerEnd | undefined): void {
    const known = this.#known.get(id);
    if (!known?.isRunning || this.#settling.has(id)) return;
    known.end = end;
    const putAway = new AbortController();
    this.#putAway.set(id, putAway);
    const settling = this.#settle(id, putAway.signal).finally(() => {
      this.#settling.delete(id);
      this.#putAway.delete(id);
    });
    this.#settling.set(id, settling);
    if (end) this.ended(id);
  }

  /** Until the runtime's status tells of the end, too. */
  async #settle(id: string, putAway: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const isSettled = () => !this.isRunning(id) && !this.endOf(id);
    let lag = LAG_MS;
    for (let looks = 0; looks < MOST_LOOKS && !isSettled() && !this.#isClosed; looks++) {
      await delay(clock, PATIENCE_MS, putAway);
      if (putAway.aborted) {
        await delay(clock, lag);
        lag = Math.min(2 * lag, PATIENCE_MS);
      }
      await this.refresh().catch(() => {});
    }
  }

  #know(id: string, podUid: string): void {
    const since = this.#options.clock.elapsed();
    this.#known.set(id, { podUid, since, isRunning: true, isStopping: false });
  }

  #plan(): void {
    this.#cancelNext();
    if (this.#isClosed) return;
    this.#cancelNext = this.#options.clock.callIn(this.#pauseMs(), () => {
      void this.refresh()
        .catch(() => {})
        .finally(() => this.#plan());
    });
  }

  #pauseMs(): number {
    if (this.#news.isListening) return RARE_MS;
    const now = this.#options.clock.elapsed();
    const isExpectant = [...this.#known.values()].some(
      ({ isRunning, isStopping, since }) => isRunning && (isStopping || now - since < YOUNG_MS),
    );
    return isExpectant ? EXPECTANT_MS : IDLE_MS;
  }

  #tell(event: ContainerEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
