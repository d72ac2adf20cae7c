import { closeSync, createReadStream, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { cut, linesIn } from '../criLogFormat.ts';
import type { LogLine } from '../runtime.ts';
import { agedLogs, COMPRESSED } from './agedLogs.ts';

const READ_BYTES = 65_536;
const NEWLINE = 0x0a;
const MOST_TRIES = 5;

/** A file of a log, open. */
export interface LogFile {
  readonly descriptor: number;
  readonly isCompressed: boolean;
  /** Where its last whole line ends: the next one may just be being written. */
  readonly end: number;
}

/** All files of a log, oldest first. What is rotated meanwhile stays readable. */
export function openLogFiles(path: string): LogFile[] {
  for (let tries = 1; ; tries++) {
    // First the one that is written to: if it is put aside just now, it is found twice rather than not at all.
    const files = existsSync(path) ? [openLogFile(path)] : [];
    try {
      const [current] = files;
      for (const name of agedLogs(path)) {
        const file = openLogFile(name);
        if (current && isSame(file, current)) closeSync(file.descriptor);
        else files.splice(current ? -1 : files.length, 0, file);
      }
      return files;
    } catch (error) {
      for (const { descriptor } of files) closeSync(descriptor);
      const hasAnotherName = (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (!hasAnotherName || tries === MOST_TRIES) throw error;
    }
  }
}

function isSame(one: LogFile, other: LogFile): boolean {
  return fstatSync(one.descriptor).ino === fstatSync(other.descriptor).ino;
}

function openLogFile(path: string): LogFile {
  const descriptor = openSync(path, 'r');
  const isCompressed = path.endsWith(COMPRESSED);
  return { descriptor, isCompressed, end: isCompressed ? 0 : endOfLines(descriptor) };
}

/** The lines that a file had when it was opened. */
export async function* linesOf({ descriptor, isCompressed, end }: LogFile): AsyncGenerator<LogLine> {
  if (!isCompressed) return yield* linesIn([descriptor], [end]);
  const text = createGunzip();
  pipeline(createReadStream('', { fd: descriptor, autoClose: false, start: 0 }), text, () => {});
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of text) {
    const known = Buffer.concat([rest, chunk]);
    const whole = known.lastIndexOf(NEWLINE) + 1;
    yield* cut(known.subarray(0, whole));
    rest = known.subarray(whole);
  }
}

/** The last so many lines of all files. Older ones are not looked into unless they are needed. */
export async function newestLines(files: readonly LogFile[], count: number): Promise<LogLine[]> {
  let newest: LogLine[] = [];
  for (const file of files.toReversed()) {
    const missing = count - newest.length;
    if (missing <= 0) break;
    newest = [...(await lastLines(file, missing)), ...newest];
  }
  return newest;
}

async function lastLines(file: LogFile, count: number): Promise<LogLine[]> {
  const last: LogLine[] = [];
  for await (const line of linesOf(file)) {
    last.push(line);
    if (last.length > 2 * count + 100) last.splice(0, last.length - count);
  }
  return last.slice(-count);
}

/** What a file has from a place on, up to a piece. */
export function readFrom(file: number, position: number): Buffer {
  const chunk = Buffer.alloc(READ_BYTES);
  return chunk.subarray(0, readSync(file, chunk, 0, READ_BYTES, position));
}

function endOfLines(file: number): number {
  const { size } = fstatSync(file);
  const tail = readFrom(file, Math.max(0, size - READ_BYTES));
  return Math.max(0, size - READ_BYTES) + tail.lastIndexOf(NEWLINE) + 1;
}
