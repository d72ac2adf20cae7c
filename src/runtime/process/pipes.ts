import { execFile } from 'node:child_process';
import { constants, openSync } from 'node:fs';
import net from 'node:net';
import { promisify } from 'node:util';

/** Makes named pipes: what is written into one waits there while this process is away, and its writer sees nothing of that. */
export async function makePipes(paths: readonly string[]): Promise<void> {
  await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
}

/** For the writer: opened for both ends, so that it never lacks a reader. */
export const openForWriter = (path: string): number => openSync(path, constants.O_RDWR);

/** Reads a pipe until its last writer has gone. */
export function readPipe(path: string, onData: (data: Buffer) => void): PipeReader {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const socket = new net.Socket({ fd, readable: true, writable: false });
  const ended = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('data', onData);
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.destroy());
  return { ended, close: () => socket.destroy() };
}

export interface PipeReader {
  /** Resolves when there is no writer any more, or after `close`. */
  readonly ended: Promise<void>;
  close(): void;
}
