import type { Duplex } from 'node:stream';
import { PortForwardError } from './podAccess.ts';

/** Connects to a port of the pod. What it rejects with is told to the client. */
export type ConnectPort = (port: number) => Promise<Duplex>;

/** Undefined for anything but 1 to 65535 in decimal. */
export function parsePort(text: string): number | undefined {
  const port = Number(text);
  return /^\d{1,5}$/.test(text) && port > 0 && port <= 65_535 ? port : undefined;
}

/**
 * Connects a client's stream with what `connect` gives, until both directions have ended or either side is lost. Each direction ends on
 * its own. When there is no connection, which `connect` says or a `PortForwardError` of its stream, `refused` hears why, and the
 * client's stream ends only then: an end that comes first would be taken for an orderly one.
 */
export async function joinStreams(
  client: Duplex,
  connect: () => Promise<Duplex>,
  refused: (why: Error) => unknown,
): Promise<void> {
  client.on('error', () => {}); // `close` follows
  try {
    await join(client, await connect());
  } catch (error) {
    await refused(error as Error);
    finish(client);
  }
}

function join(client: Duplex, target: Duplex): Promise<void> {
  return new Promise((resolve, reject) => {
    target.on('error', () => {}); // `close` follows
    target.once('close', () => {
      if (!(target.errored instanceof PortForwardError)) return follow(target, client);
      reject(target.errored);
    });
    const clientClosed = () => {
      follow(client, target);
      resolve();
    };
    if (client.destroyed) return clientClosed();
    client.once('close', clientClosed);
    client.pipe(target);
    target.pipe(client);
  });
}

/** Ends our half and lets the client end its own. */
function finish(client: Duplex): void {
  client.end();
  client.resume();
}

/** One side is closed: an orderly end has been passed on by its pipe; anything else takes the other side with it. */
function follow(closed: Duplex, other: Duplex): void {
  if (closed.errored || !closed.readableEnded) other.destroy();
  else other.resume(); // nobody takes its data any more, but its end is still to come
}
