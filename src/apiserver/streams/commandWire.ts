import type { Writable } from 'node:stream';
import type { RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import type { Status } from '../../generated/types.ts';

/** A client that waits for a command, over whichever protocol. */
export interface CommandWire {
  readonly streams: RemoteCommandStreams;
  /** Sends the rest of the output, then how the command ended, and resolves when the connection is closed. */
  finish(status: Status): Promise<void>;
}

/** Ends a stream and resolves when everything written to it has left, or never will. */
export function flushed(stream: Writable | undefined): Promise<void> {
  if (!stream || stream.writableFinished || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    stream.once('finish', resolve);
    stream.once('close', resolve);
    if (!stream.writableEnded) stream.end();
  });
}
