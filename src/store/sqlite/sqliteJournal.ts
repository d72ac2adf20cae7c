import { Worker } from 'node:worker_threads';
import { moduleFile } from '../../packaging/packageFiles.ts';
import { History } from '../history.ts';
import { type Journal, NothingWrittenError } from '../journaledStore.ts';
import { type Revision, type Stored, type StoreEvent, StoreUnavailableError } from '../store.ts';
import { Version } from '../version.ts';
import type { Opening, Reply, Request } from './messages.ts';
import type { Row } from './sqliteFile.ts';

const THREAD = moduleFile('store/sqlite/sqliteThread');

/** So few that a batch of writes does not wait long behind them. */
const ROWS_PER_REMOVAL = 500;

/** A SQLite file, read and written in a thread of its own. */
export class SqliteJournal implements Journal {
  readonly name: string;
  readonly #thread: Worker;
  /** The requests that the thread has not answered, oldest first. */
  readonly #waiting: PromiseWithResolvers<void>[] = [];
  #problem: string | undefined;

  private constructor(path: string, thread: Worker) {
    this.name = `"${path}"`;
    this.#thread = thread;
    thread.on('message', (reply: Reply) => this.#settle(errorIn(reply)));
    thread.on('error', (error) => this.#die((error as Error).message));
    thread.on('exit', () => this.#die('its thread ended'));
    thread.unref();
  }

  /** Starts the thread and reads the file's history. Rejects in words when the file cannot be used. */
  static async open(path: string): Promise<{ journal: SqliteJournal; history: History }> {
    const thread = new Worker(THREAD, { workerData: path, execArgv: [] });
    try {
      const history = new History(0, 0);
      const compactedRevision = await load(thread, history);
      const journal = new SqliteJournal(path, thread);
      history.advanceTo(compactedRevision);
      // A compaction that a crash cut short has left rows behind.
      await journal.compact(compactedRevision, history.compact(compactedRevision));
      return { journal, history };
    } catch (error) {
      void thread.terminate();
      throw new StoreUnavailableError(`Cannot open "${path}": ${(error as Error).message}`, { cause: error });
    }
  }

  /** One turn of the event loop: all timers and messages that are due now write into one commit. */
  gather(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Makes the text, which is what a cycle has none of. */
  check(stored: Stored): void {
    void stored.json;
  }

  append(events: readonly StoreEvent[]): Promise<void> {
    return this.#request({ kind: 'append', rows: events.map(rowOf) });
  }

  async compact(revision: Revision, events: readonly StoreEvent[]): Promise<void> {
    const obsolete = events.flatMap(obsoletedBy);
    for (let start = 0; start === 0 || start < obsolete.length; start += ROWS_PER_REMOVAL) {
      await this.#request({
        kind: 'compact',
        revision,
        obsolete: obsolete.slice(start, start + ROWS_PER_REMOVAL),
      });
    }
  }

  async close(): Promise<void> {
    if (this.#problem === undefined) await this.#request({ kind: 'close' });
    await this.#thread.terminate();
  }

  #request(request: Request): Promise<void> {
    if (this.#problem !== undefined) return Promise.reject(new Error(this.#problem));
    const answer = Promise.withResolvers<void>();
    this.#waiting.push(answer);
    // Only a request under way keeps the process alive.
    this.#thread.ref();
    this.#thread.postMessage(request);
    return answer.promise;
  }

  #settle(error: Error | undefined): void {
    const answer = this.#waiting.shift();
    if (error === undefined) answer?.resolve();
    else answer?.reject(error);
    if (this.#waiting.length === 0) this.#thread.unref();
  }

  #die(problem: string): void {
    this.#problem ??= problem;
    while (this.#waiting.length > 0) this.#settle(new Error(this.#problem));
  }
}

function errorIn({ problem, isFull }: Reply): Error | undefined {
  if (problem === undefined) return undefined;
  return isFull ? new NothingWrittenError(problem) : new Error(problem);
}

/** The rows that are of no use to the state after this event: those that it replaced, and a deletion's own. */
const obsoletedBy = ({ revision, stored, previous }: StoreEvent): Revision[] => [
  ...(previous ? [previous.revision] : []),
  ...(stored ? [] : [revision]),
];

const rowOf = ({ key, revision, stored }: StoreEvent): Row => ({
  revision,
  key,
  createRevision: stored?.createRevision ?? 0,
  json: stored?.json ?? null,
});

/** Fills the history with the file's rows, and resolves to the revision up to which it is compacted. */
function load(thread: Worker, history: History): Promise<Revision> {
  return new Promise((resolve, reject) => {
    let compactedRevision = 0;
    const end = () => reject(new Error('its thread ended'));
    thread.on('error', reject).on('exit', end);
    thread.on('message', function listen(message: Opening) {
      if (message.kind === 'opened') compactedRevision = message.compactedRevision;
      else if (message.kind === 'rows')
        for (const row of message.rows) history.apply([eventOf(row, history)]);
      else {
        thread.off('message', listen).off('error', reject).off('exit', end);
        if (message.kind === 'ready') resolve(compactedRevision);
        else reject(new Error(message.problem));
      }
    });
  });
}

function eventOf({ key, revision, createRevision, json }: Row, history: History): StoreEvent {
  const previous = history.get(key);
  if (json !== null)
    return { key, revision, previous, stored: Version.loaded(key, revision, createRevision, json) };
  return { key, revision, previous, deleted: previous && Version.restamped(previous, revision) };
}
