import { closeSync, existsSync, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import { rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { cut, lastLines, linesIn, MOST_LOG_BYTES, MOST_LOG_FILES } from '../criLogFormat.ts';
import type { LogLine, RuntimeLogOptions } from '../runtime.ts';

const READ_BYTES = 65_536;
const NEWLINE = 0x0a;

/** Who reads the log of a container that still runs. */
export interface LogFollower {
  /** Whether the container has ended. */
  isOver(): boolean;
  /** Calls when it has; returns what cancels that. */
  onOver(wake: () => void): () => void;
}

/** The lines of a log that the runtime writes, with what rotation has put aside. */
export async function* readLog(
  path: string,
  { follow, tailLines, since }: RuntimeLogOptions,
  follower: LogFollower,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  const files = openAll(path);
  const ends = files.map((file) => wholeLines(file));
  const newest = files.at(-1);
  try {
    for (const line of lastLines(linesIn(files, ends), tailLines)) {
      if (signal.aborted) return;
      if (since === undefined || line.time >= since) yield line;
    }
    for (const file of files.slice(0, -1)) closeSync(file);
    if (follow) yield* followLog(path, newest, ends.at(-1) ?? 0, follower, signal);
  } finally {
    for (const file of files) close(file);
  }
}

async function* followLog(
  path: string,
  first: number | undefined,
  begin: number,
  follower: LogFollower,
  signal: AbortSignal,
): AsyncGenerator<LogLine> {
  let file = first;
  let at = begin;
  let rest: Buffer = Buffer.alloc(0);
  const alarm = new Alarm(dirname(path), follower, signal);
  try {
    while (!signal.aborted) {
      const isOver = follower.isOver();
      file ??= existsSync(path) ? openSync(path, 'r') : undefined;
      // Asked first: what is written until then is read below.
      const hasNext = file !== undefined && isReplaced(file, path);
      const chunk = file === undefined ? rest.subarray(0, 0) : readFrom(file, at);
      at += chunk.length;
      const text = Buffer.concat([rest, chunk]);
      const end = text.lastIndexOf(NEWLINE) + 1;
      yield* cut(text.subarray(0, end));
      rest = text.subarray(end);
      if (chunk.length > 0) continue;
      if (hasNext) {
        if (file !== undefined && file !== first) close(file);
        file = undefined;
        at = 0;
      } else if (isOver) return;
      else await alarm.rings();
    }
  } finally {
    alarm.close();
    if (file !== undefined && file !== first) close(file);
  }
}

/** Rings when the folder changes, the container ends or the reader leaves. */
class Alarm {
  readonly #close: (() => void)[] = [];
  #rung = Promise.withResolvers<void>();

  constructor(directory: string, follower: LogFollower, signal: AbortSignal) {
    const ring = () => this.#rung.resolve();
    const watcher = watch(directory, ring);
    watcher.on('error', ring);
    signal.addEventListener('abort', ring);
    const cancel = follower.onOver(ring);
    this.#close.push(
      () => watcher.close(),
      () => signal.removeEventListener('abort', ring),
      cancel,
    );
  }

  async rings(): Promise<void> {
    await this.#rung.promise;
    this.#rung = Promise.withResolvers();
  }

  close(): void {
    for (const close of this.#close) close();
  }
}

/** Puts a log that has grown too large aside, and the older ones further. The runtime must be told to open the log anew. */
export async function rotateLog(path: string): Promise<boolean> {
  if (!existsSync(path) || statSync(path).size <= MOST_LOG_BYTES) return false;
  for (let age = MOST_LOG_FILES - 2; age >= 0; age--) {
    if (existsSync(aged(path, age))) await rename(aged(path, age), aged(path, age + 1));
  }
  return true;
}

const aged = (path: string, age: number): string => (age === 0 ? path : `${path}.${age}`);

/** Oldest first. */
function openAll(path: string): number[] {
  const ages = Array.from({ length: MOST_LOG_FILES }, (_, index) => MOST_LOG_FILES - 1 - index);
  return ages.filter((age) => existsSync(aged(path, age))).map((age) => openSync(aged(path, age), 'r'));
}

/** Where the last whole line of a file ends: the next one may just be being written. */
function wholeLines(file: number): number {
  const { size } = fstatSync(file);
  const tail = readFrom(file, Math.max(0, size - READ_BYTES));
  return Math.max(0, size - READ_BYTES) + tail.lastIndexOf(NEWLINE) + 1;
}

function readFrom(file: number, position: number): Buffer {
  const chunk = Buffer.alloc(READ_BYTES);
  return chunk.subarray(0, readSync(file, chunk, 0, READ_BYTES, position));
}

function isReplaced(file: number, path: string): boolean {
  return existsSync(path) && statSync(path).ino !== fstatSync(file).ino;
}

function close(file: number): void {
  try {
    closeSync(file);
  } catch {
    // Closed before.
  }
}
