import type { Duplex } from 'node:stream';
import { type ConnectPort, joinStreams, parsePort } from './forwardedPort.ts';
import { SpdyConnection } from './spdy/connection.ts';
import type { SpdyHeaders } from './spdy/headerBlock.ts';
import type { SpdyStream } from './spdy/stream.ts';

interface Label {
  readonly type: 'data' | 'error';
  readonly port: number;
  /** The same for both streams of one forwarded connection. */
  readonly requestId: string;
}

/** For each connection the client opens an error stream and a data stream with the same request id. Resolves when the client is gone. */
export async function serveSpdyPortForward(transport: Duplex, connect: ConnectPort): Promise<void> {
  const halves = new Map<string, Map<Label['type'], SpdyStream>>();
  const connection = new SpdyConnection(transport, 'server', {
    accepts: (headers) => {
      const label = labelOf(headers);
      return label !== undefined && !halves.get(label.requestId)?.has(label.type);
    },
    onStream: (stream) => {
      const { type, port, requestId } = labelOf(stream.headers)!;
      const pair = halves.get(requestId) ?? new Map<Label['type'], SpdyStream>();
      halves.set(requestId, pair.set(type, stream));
      stream.once('close', () => halves.delete(requestId));
      const [data, error] = [pair.get('data'), pair.get('error')];
      if (data && error) void forward(data, error, () => connect(port));
    },
  });
  await connection.closed;
}

async function forward(data: SpdyStream, error: SpdyStream, connect: () => Promise<Duplex>): Promise<void> {
  error.resume(); // nothing comes, but its end
  const tell = (why: Error) => new Promise<void>((resolve) => error.end(why.message, () => resolve()));
  await joinStreams(data, connect, tell);
  if (!error.writableEnded) error.end();
}

function labelOf(headers: SpdyHeaders): Label | undefined {
  const type = headers.get('streamtype');
  const port = parsePort(headers.get('port') ?? '');
  const requestId = headers.get('requestid');
  if ((type !== 'data' && type !== 'error') || port === undefined || !requestId) return undefined;
  return { type, port, requestId };
}
