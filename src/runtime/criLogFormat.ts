import { readSync } from 'node:fs';
import type { LogLine } from './runtime.ts';

/** How the kubelet keeps container logs: `containerLogMaxSize` and `containerLogMaxFiles`. */
export const MOST_LOG_BYTES = 10 * 1024 * 1024;
export const MOST_LOG_FILES = 5;
const NEWLINE = 0x0a;
const READ_BYTES = 65_536;

/** The lines of open files in the CRI format, up to the given ends. */
export function* linesIn(files: readonly number[], ends: readonly number[]): Generator<LogLine> {
  for (const [index, file] of files.entries()) {
    const end = ends[index]!;
    let rest = Buffer.alloc(0);
    for (let at = 0; at < end; ) {
      const chunk = Buffer.alloc(Math.min(READ_BYTES, end - at));
      at += readSync(file, chunk, 0, chunk.length, at);
      const text = Buffer.concat([rest, chunk]);
      const lastEnd = text.lastIndexOf(NEWLINE);
      yield* cut(text.subarray(0, lastEnd + 1));
      rest = text.subarray(lastEnd + 1);
    }
  }
}

/** The lines of a text that ends with a line. */
export function* cut(text: Buffer): Generator<LogLine> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf(NEWLINE, at);
    const line = parseLine(text.subarray(at, end));
    if (line) yield line;
    at = end + 1;
  }
}

function parseLine(line: Buffer): LogLine | undefined {
  const match = /^(\S+) (stdout|stderr) ([FP]) /.exec(line.subarray(0, 64).toString('latin1'));
  if (!match) return undefined;
  const [prefix, time, stream, tag] = match;
  return {
    time: Date.parse(time!),
    stream: stream as LogLine['stream'],
    text: line.subarray(prefix.length),
    partial: tag === 'P',
  };
}

/** With a count only the last so many. */
export function lastLines(lines: Iterable<LogLine>, count: number | undefined): Iterable<LogLine> {
  if (count === undefined) return lines;
  const last: LogLine[] = [];
  for (const line of lines) {
    last.push(line);
    if (last.length > 2 * count + 100) last.splice(0, last.length - count);
  }
  return count === 0 ? [] : last.slice(-count);
}
