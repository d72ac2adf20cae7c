import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { badRequest, internalError, StatusError } from '../../apimachinery/errors.ts';

/** Bytes of one WebSocket message: upstream's bound. Clients in Python send a whole file in one. */
const MAX_MESSAGE = 32 * 1_048_576;

/** Which of the two ways of streaming the client asks for. Throws a `StatusError` for any other request. */
export function upgradeKind(request: IncomingMessage): 'spdy' | 'websocket' {
  const upgrade = request.headers.upgrade?.toLowerCase();
  if (upgrade === 'websocket') return 'websocket';
  if (upgrade === 'spdy/3.1') return 'spdy';
  throw badRequest('Upgrade request required');
}

/** The names in a header that lists protocols, over however many lines. */
export const protocolsIn = (request: Pick<IncomingMessage, 'headers'>, header: string): string[] =>
  [request.headers[header] ?? []]
    .flat()
    .flatMap((line) => line.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');

/** Answers instead of upgrading, with the `Status` of the error. */
export function refuseUpgrade(socket: Duplex, error: unknown): void {
  const status = (error instanceof StatusError ? error : internalError(String(error))).toStatus();
  const body = JSON.stringify(status);
  const code = status.code ?? 500;
  socket.end(
    `HTTP/1.1 ${code} ${STATUS_CODES[code] ?? ''}\r\nConnection: close\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}

/** Says yes to SPDY. From here on the socket carries frames. */
export function acceptSpdy(socket: Duplex, head: Buffer, protocol: string): Duplex {
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n' +
      `X-Stream-Protocol-Version: ${protocol}\r\n\r\n`,
  );
  if (head.length > 0) socket.unshift(head);
  return socket;
}

/** Says yes to a WebSocket, with the given subprotocol if any. Rejects with a `StatusError` when the handshake is not one. */
export function acceptWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  protocol: string,
): Promise<WebSocket> {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    maxPayload: MAX_MESSAGE,
  });
  // We choose and answer ourselves: ws takes the slash in `SPDY/3.1+portforward.k8s.io` for an error.
  delete request.headers['sec-websocket-protocol'];
  if (protocol) server.once('headers', (lines) => lines.push(`Sec-WebSocket-Protocol: ${protocol}`));
  return new Promise((resolve, reject) => {
    server.once('wsClientError', (error) => reject(badRequest(error.message)));
    socket.once('close', () => reject(badRequest('The connection was closed')));
    server.handleUpgrade(request, socket, head, resolve);
  });
}
