import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';
import type { HttpRequest, HttpResponse } from '../message.ts';
import { compress } from './compress.ts';
import { IDLE_TIMEOUT_MS, MAX_HEADER_BYTES, MOST_DISCARDED_BYTES, READ_TIMEOUT_MS } from './limits.ts';
import { peerOf } from './peerOf.ts';
import { readBody } from './readBody.ts';
import { StreamSink } from './sink.ts';

type Handle = (request: HttpRequest) => Promise<HttpResponse>;
export type HandleUpgrade = (
  request: HttpRequest,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
) => Promise<void>;

/** Serves HTTP/1.1, and upgrades to other protocols, on the connections that are given to it by `emit('connection', socket)`. */
export function createHttp1(handle: Handle, handleUpgrade: HandleUpgrade): Server {
  const server = createServer(
    {
      keepAliveTimeout: IDLE_TIMEOUT_MS,
      headersTimeout: READ_TIMEOUT_MS,
      requestTimeout: READ_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (message, response) => void serve(handle, message, response),
  );
  server.on('upgrade', (message, socket, head) => {
    socket.on('error', () => {}); // `close` follows
    void handleUpgrade(requestOf(message, socket), message, socket, head);
  });
  return server;
}

async function serve(handle: Handle, message: IncomingMessage, response: ServerResponse): Promise<void> {
  message.on('error', () => {}); // `close` follows
  response.on('error', () => {});
  const request = requestOf(message, response);
  const answer = await compress(request, await handle(request));
  if (!response.destroyed) send(message, response, answer, request.method === 'HEAD');
}

const requestOf = (message: IncomingMessage, answer: ServerResponse | Duplex): HttpRequest => ({
  method: message.method ?? '',
  url: message.url ?? '/',
  headers: message.headers,
  peer: peerOf(message.socket as TLSSocket),
  body: (maxBytes) => readBody(message, message.headers['content-length'], maxBytes),
  bodyStream: () => (declaredBytes(message) > 0 ? message : undefined),
  onClose: (callback) => answer.once('close', callback),
});

function send(
  message: IncomingMessage,
  response: ServerResponse,
  { status, headers, body, stream: start }: HttpResponse,
  isHead: boolean,
): void {
  // Node reads on what was not: to close upon unread data would reset the connection, and may take the answer with it.
  const isTooMuch = !message.readableEnded && declaredBytes(message) > MOST_DISCARDED_BYTES;
  response.writeHead(status, {
    ...headers,
    ...(isTooMuch && { connection: 'close' }),
    ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }),
  });
  if (isHead) response.end();
  else if (!start) response.end(body, () => isTooMuch && message.destroy());
  else {
    response.flushHeaders();
    const stop = start(new StreamSink(response));
    response.once('close', stop);
  }
}

const declaredBytes = ({ headers }: IncomingMessage): number =>
  headers['transfer-encoding'] === undefined
    ? Number(headers['content-length'] ?? 0)
    : Number.POSITIVE_INFINITY;
