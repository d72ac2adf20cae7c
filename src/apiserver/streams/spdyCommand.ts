import type { Duplex } from 'node:stream';
import type { RemoteCommandOptions } from '../../apimachinery/remoteCommand.ts';
import { giveUpUnless } from './clientTimeout.ts';
import { encodeStatus } from './commandStatus.ts';
import { type CommandWire, flushed } from './commandWire.ts';
import { SpdyConnection } from './spdy/connection.ts';
import type { SpdyStream } from './spdy/stream.ts';
import { TerminalSizes } from './terminalSizes.ts';

type StreamType = 'error' | 'stdin' | 'stdout' | 'stderr' | 'resize';

/** A remote command in the streams of one SPDY connection. Rejects when the client does not open the streams it announced. */
export async function spdyCommand(
  transport: Duplex,
  options: RemoteCommandOptions,
  protocol: string,
): Promise<CommandWire> {
  const { connection, streams } = await acceptStreams(transport, expectedStreams(options, protocol));
  const [stdout, stderr, error] = [streams.get('stdout'), streams.get('stderr'), streams.get('error')];
  const gone = new AbortController();
  void connection.closed.then(() => gone.abort());
  for (const output of [stdout, stderr, error]) output?.resume(); // nothing comes, but its end
  return {
    streams: {
      stdin: streams.get('stdin'),
      stdout,
      stderr,
      resize: resizes(streams.get('resize')),
      signal: gone.signal,
    },
    finish: async (status) => {
      // Input that the command has not read would keep the client from closing.
      streams.get('stdin')?.unpipe().resume();
      await Promise.all([flushed(stdout), flushed(stderr)]);
      error?.end(encodeStatus(status, protocol === 'v4.channel.k8s.io'));
      await Promise.all([...streams.values()].map(flushed));
      // The client closes: spdystream may throw away what it has not read yet when the server does.
      await giveUpUnless(connection.closed, () => connection.destroy());
    },
  };
}

function expectedStreams(options: RemoteCommandOptions, protocol: string): Set<StreamType> {
  const expected = new Set<StreamType>(['error']);
  for (const type of ['stdin', 'stdout', 'stderr'] as const) if (options[type]) expected.add(type);
  const canResize = protocol.startsWith('v3.') || protocol.startsWith('v4.');
  return options.tty && canResize ? expected.add('resize') : expected;
}

async function acceptStreams(transport: Duplex, missing: Set<StreamType>) {
  const streams = new Map<StreamType, SpdyStream>();
  const complete = Promise.withResolvers<void>();
  const connection = new SpdyConnection(transport, 'server', {
    accepts: (headers) => missing.has(headers.get('streamtype') as StreamType),
    onStream: (stream) => {
      const type = stream.headers.get('streamtype') as StreamType;
      streams.set(type, stream);
      missing.delete(type);
      if (missing.size === 0) complete.resolve();
    },
  });
  void connection.closed.then(() => complete.reject(new Error('The client is gone')));
  await giveUpUnless(complete.promise, () => connection.destroy());
  await complete.promise;
  return { connection, streams };
}

function resizes(stream: SpdyStream | undefined): TerminalSizes {
  const sizes = new TerminalSizes();
  stream?.on('data', (bytes: Buffer) => sizes.receive(bytes));
  if (stream) stream.on('close', () => sizes.end());
  else sizes.end();
  return sizes;
}
