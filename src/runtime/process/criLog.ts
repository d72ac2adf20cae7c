import { closeSync, existsSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../../clock/clock.ts';
import { lastLines, linesIn, MOST_LOG_BYTES, MOST_LOG_FILES } from '../criLogFormat.ts';
import { LineQueue } from '../lineQueue.ts';
import type { LogLine, RuntimeLogOptions } from '../runtime.ts';

/** A longer line is cut into partial ones. */
const LONGEST_LINE = 16_384;
const NEWLINE = 0x0a;

type Stream = LogLine['stream'];

/** A container's log in the CRI format: `2026-11-24T02:19:36.123000000Z stdout F text`. */
export class CriLog {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #maxBytes: number;
  readonly #open: Record<Stream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };
  readonly #followers = new Set<LineQueue<LogLine>>();
  #file: number | undefined;
  #size = 0;
  #isClosed = false;

  constructor(directory: string, clock: Clock, maxBytes = MOST_LOG_BYTES) {
    this.#directory = directory;
    this.#clock = clock;
    this.#maxBytes = maxBytes;
  }

  write(stream: Stream, data: Buffer): void {
    let rest = Buffer.concat([this.#open[stream], data]);
    for (
      let end = rest.indexOf(NEWLINE);
      end >= 0 || rest.length > LONGEST_LINE;
      end = rest.indexOf(NEWLINE)
    ) {
      const isPartial = end < 0 || end > LONGEST_LINE;
      const length = isPartial ? LONGEST_LINE : end;
      this.#add(stream, rest.subarray(0, length), isPartial);
      rest = rest.subarray(isPartial ? length : length + 1);
    }
    this.#open[stream] = rest;
  }

  /** The container has ended: no more comes. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const stream of ['stdout', 'stderr'] as const) {
      // What does not end with its line is a partial one, as containerd has it.
      if (this.#open[stream].length > 0) this.#add(stream, this.#open[stream], true);
    }
    for (const follower of this.#followers) follower.close();
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }

  async *read({ follow, tailLines, since }: RuntimeLogOptions, signal: AbortSignal): AsyncGenerator<LogLine> {
    const live = new LineQueue<LogLine>();
    const files = this.#openAll();
    const ends = files.map((file) => fstatSync(file).size);
    if (this.#isClosed || !follow) live.close();
    else this.#followers.add(live);
    const abort = () => live.close();
    signal.addEventListener('abort', abort);
    try {
      for (const line of lastLines(linesIn(files, ends), tailLines)) {
        if (signal.aborted) return;
        if (since === undefined || line.time >= since) yield line;
      }
      for (let line = await live.next(); line && !signal.aborted; line = await live.next()) yield line;
    } finally {
      signal.removeEventListener('abort', abort);
      this.#followers.delete(live);
      for (const file of files) closeSync(file);
    }
  }

  #add(stream: Stream, text: Buffer, partial: boolean): void {
    const time = this.#clock.now();
    const stamp = `${new Date(time).toISOString().slice(0, -1)}000000Z ${stream} ${partial ? 'P' : 'F'} `;
    const line = Buffer.concat([Buffer.from(stamp), text, Buffer.from('\n')]);
    this.#append(line);
    for (const follower of this.#followers) follower.add({ time, stream, text: Buffer.from(text), partial });
  }

  #append(line: Buffer): void {
    if (this.#size > 0 && this.#size + line.length > this.#maxBytes) this.#rotate();
    if (this.#file === undefined) {
      this.#file = openSync(this.#path(0), 'a', 0o640);
      this.#size = fstatSync(this.#file).size;
    }
    writeSync(this.#file, line);
    this.#size += line.length;
  }

  #rotate(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
    this.#size = 0;
    for (let age = MOST_LOG_FILES - 2; age >= 0; age--) {
      if (existsSync(this.#path(age))) renameSync(this.#path(age), this.#path(age + 1));
    }
  }

  #path(age: number): string {
    return join(this.#directory, age === 0 ? '0.log' : `0.log.${age}`);
  }

  /** Oldest first. Opened at once, so that a rotation meanwhile changes nothing. */
  #openAll(): number[] {
    const ages = Array.from({ length: MOST_LOG_FILES }, (_, index) => MOST_LOG_FILES - 1 - index);
    return ages.filter((age) => existsSync(this.#path(age))).map((age) => openSync(this.#path(age), 'r'));
  }
}
