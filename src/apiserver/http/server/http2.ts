import {
  constants,
  createServer,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { TLSSocket } from 'node:tls';
import type { HttpRequest, HttpResponse } from '../message.ts';
import { compress } from './compress.ts';
import { IDLE_TIMEOUT_MS, READ_TIMEOUT_MS } from './limits.ts';
import { peerOf } from './peerOf.ts';
import { readBody } from './readBody.ts';
import { StreamSink } from './sink.ts';

type Handle = (request: HttpRequest) => Promise<HttpResponse>;

/** As upstream: one client cannot hold more than this many requests open on a connection. */
const MAX_CONCURRENT_STREAMS = 250;

/** Serves HTTP/2 on the connections that are given to it by `emit('connection', socket)`. */
export function createHttp2(handle: Handle): Http2Server {
  const server = createServer({ settings: { maxConcurrentStreams: MAX_CONCURRENT_STREAMS } });
  server.on('session', closeWhenIdle);
  server.on(
    'stream',
    (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void serve(handle, stream, headers),
  );
  return server;
}

/** A connection without requests is closed in the end; one with a quiet watch is not idle. */
function closeWhenIdle(session: ServerHttp2Session): void {
  let open = 0;
  session.on('stream', (stream) => {
    open++;
    stream.once('close', () => open--);
  });
  session.setTimeout(IDLE_TIMEOUT_MS, () => {
    if (open === 0) session.close();
  });
  session.on('error', () => session.destroy());
}

async function serve(handle: Handle, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  stream.on('error', () => {}); // `close` follows
  const request = requestOf(stream, headers);
  const response = await compress(request, await handle(request));
  if (stream.destroyed) return;
  send(stream, response, request.method === 'HEAD');
  // Of a body that nobody wants, no more is read.
  if (!stream.readableEnded) stream.resume();
}

function requestOf(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): HttpRequest {
  return {
    method: headers[':method'] ?? '',
    url: headers[':path'] ?? '/',
    headers: headers.host ? headers : { ...headers, host: headers[':authority'] },
    peer: peerOf(stream.session!.socket as TLSSocket),
    async body(maxBytes) {
      if (stream.endAfterHeaders) return new Uint8Array();
      stream.setTimeout(READ_TIMEOUT_MS, () => stream.close(constants.NGHTTP2_CANCEL));
      const bytes = await readBody(stream, headers['content-length'], maxBytes);
      stream.setTimeout(0);
      return bytes;
    },
    bodyStream: () => (stream.endAfterHeaders ? undefined : stream),
    onClose: (callback) => stream.once('close', callback),
  };
}

function send(
  stream: ServerHttp2Stream,
  { status, headers, body, stream: start }: HttpResponse,
  isHead: boolean,
): void {
  stream.respond({ ':status': status, ...headers }, { endStream: isHead });
  if (isHead) return;
  if (!start) {
    stream.end(body);
    return;
  }
  const stop = start(new StreamSink(stream));
  stream.once('close', stop);
}
