import { closeSync, existsSync, fstatSync, openSync, statSync, watch } from 'node:fs';
import { dirname } from 'node:path';
import { cut } from '../criLogFormat.ts';
import type { LogLine, RuntimeLogOptions } from '../runtime.ts';
import { type LogFile, linesOf, newestLines, openLogFiles, readFrom } from './logFiles.ts';

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
  const files = openLogFiles(path);
  const last = files.at(-1);
  // What is compressed is not written to any more.
  const newest = last?.isCompressed ? undefined : last;
  try {
    for await (const line of tailLines === undefined
      ? allLines(files)
      : await newestLines(files, tailLines)) {
      if (signal.aborted) return;
      if (since === undefined || line.time >= since) yield line;
    }
    for (const { descriptor } of files.splice(0, files.length - (newest ? 1 : 0))) closeSync(descriptor);
    if (follow) yield* followLog(path, newest?.descriptor, newest?.end ?? 0, follower, signal);
  } finally {
    for (const { descriptor } of files) closeSync(descriptor);
  }
}

async function* allLines(files: readonly LogFile[]): AsyncGenerator<LogLine> {
  for (const file of files) yield* linesOf(file);
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
