import type { Duplex, Readable, Writable } from 'node:stream';
import type {
  RemoteCommandOptions,
  RemoteCommandResult,
  RemoteCommandStreams,
  TerminalSize,
} from '../../apimachinery/remoteCommand.ts';
import { resultOfStatus } from './commandStatus.ts';
import { SPDY_COMMAND_PROTOCOLS } from './protocols.ts';
import type { SpdyConnection } from './spdy/connection.ts';
import { connectSpdy, type StreamServer } from './spdyClient.ts';
import { encodeTerminalSize } from './terminalSizes.ts';

/**
 * Runs the command that a URL stands for on another server and connects our streams with it: the client of `serveRemoteCommand`, and of
 * the URLs that a CRI runtime gives out. Rejects with the server's `StatusError`.
 */
export async function runRemoteCommand(
  server: StreamServer,
  tty: boolean,
  streams: RemoteCommandStreams,
): Promise<RemoteCommandResult> {
  const { connection, protocol } = await connectSpdy(server, SPDY_COMMAND_PROTOCOLS);
  const hangUp = () => connection.destroy();
  streams.signal.addEventListener('abort', hangUp);
  if (streams.signal.aborted) hangUp();
  try {
    return await converse(connection, protocol, tty, streams);
  } finally {
    streams.signal.removeEventListener('abort', hangUp);
    connection.end();
  }
}

/** Which streams a command with these ends has. */
export const commandOptions = (tty: boolean, streams: RemoteCommandStreams): RemoteCommandOptions => ({
  stdin: streams.stdin !== undefined,
  stdout: streams.stdout !== undefined,
  stderr: streams.stderr !== undefined && !tty,
  tty,
});

const CONNECTION_LOST: RemoteCommandResult = { kind: 'failed', message: 'the connection was lost' };

async function converse(
  connection: SpdyConnection,
  protocol: string,
  tty: boolean,
  streams: RemoteCommandStreams,
): Promise<RemoteCommandResult> {
  const options = commandOptions(tty, streams);
  const open = (type: string, wanted: boolean) =>
    wanted ? connection.openStream(new Map([['streamtype', type]])) : undefined;
  const canResize = protocol.startsWith('v3.') || protocol.startsWith('v4.');
  const opened = await Promise.all([
    open('error', true)!,
    open('stdin', options.stdin),
    open('stdout', options.stdout),
    open('stderr', options.stderr),
    open('resize', tty && canResize),
  ]).catch(() => undefined);
  if (!opened) return CONNECTION_LOST;
  const [error, stdin, stdout, stderr, resize] = opened;
  if (stdin && streams.stdin) feed(streams.stdin, stdin);
  if (resize) sendSizes(streams.resize, resize).catch(() => resize.destroy());
  const [status] = await Promise.all([
    received(error),
    delivered(stdout, streams.stdout),
    delivered(stderr, streams.stderr),
  ]);
  return resultOf(status, protocol);
}

/** Before v4 the error stream carried a text, and nothing on success. */
function resultOf(status: Buffer | undefined, protocol: string): RemoteCommandResult {
  if (!status) return CONNECTION_LOST;
  if (protocol === 'v4.channel.k8s.io') return resultOfStatus(status);
  return status.length === 0 ? { kind: 'exited', exitCode: 0 } : { kind: 'failed', message: String(status) };
}

function feed(from: Readable, to: Duplex): void {
  from.pipe(to);
  to.once('close', () => from.unpipe(to).resume()); // the command reads no more; the rest is dropped
}

async function sendSizes(sizes: AsyncIterable<TerminalSize>, stream: Writable): Promise<void> {
  for await (const size of sizes) {
    if (stream.destroyed) return;
    stream.write(encodeTerminalSize(size));
  }
}

/**
 * All that comes, or undefined when the connection is lost before anything did. containerd resets its streams when the command has ended,
 * and what it said before still counts.
 */
function received(stream: Readable): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.once('end', () => resolve(Buffer.concat(chunks)));
    stream.once('close', () => resolve(chunks.length > 0 ? Buffer.concat(chunks) : undefined));
  });
}

/** Resolves when all output has been handed on. */
function delivered(from: Readable | undefined, to: Writable | undefined): Promise<void> {
  if (!from || !to) return Promise.resolve();
  return new Promise((resolve) => {
    from.once('end', resolve);
    from.once('close', resolve);
    to.once('close', () => from.resume());
    from.pipe(to, { end: false });
  });
}
