import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, type WebSocket } from 'ws';
import { badRequest } from '../../apimachinery/errors.ts';
import { type ConnectPort, joinStreams, parsePort } from './forwardedPort.ts';
import { negotiateSpdy, negotiateWebSocket } from './protocols.ts';
import { serveSpdyPortForward } from './spdyPortForward.ts';
import { acceptSpdy, acceptWebSocket, refuseUpgrade, upgradeKind } from './upgrade.ts';
import { WebSocketChannels } from './webSocketChannels.ts';

const SPDY_PROTOCOL = 'portforward.k8s.io';
/** SPDY within a WebSocket (KEP-4006). */
const TUNNEL_PROTOCOL = `SPDY/3.1+${SPDY_PROTOCOL}`;
const CHANNEL_PROTOCOLS = ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io'];

/** A data and an error channel for each port, and the number of a channel is one byte. */
const MAX_PORTS = 127;

/**
 * Serves a port-forward request that a client asked to upgrade: over SPDY/3.1, over SPDY tunnelled in a WebSocket, or in the channels of
 * a WebSocket, whose ports are in the query. Resolves when the client is gone.
 */
export async function servePortForward(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  connect: ConnectPort,
): Promise<void> {
  socket.on('error', () => {}); // `close` follows, and ends everything
  try {
    await (upgradeKind(request) === 'spdy'
      ? serveSpdyPortForward(acceptSpdy(socket, head, negotiateSpdy(request, [SPDY_PROTOCOL])), connect)
      : serveWebSocket(request, socket, head, connect));
  } catch (error) {
    refuseUpgrade(socket, error);
  }
}

async function serveWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, connect: ConnectPort) {
  const protocol = negotiateWebSocket(request, [TUNNEL_PROTOCOL, ...CHANNEL_PROTOCOLS]);
  if (protocol === TUNNEL_PROTOCOL) {
    const tunnel = createWebSocketStream(await acceptWebSocket(request, socket, head, protocol));
    return serveSpdyPortForward(tunnel, connect);
  }
  const ports = portsInQuery(request);
  const webSocket = await acceptWebSocket(request, socket, head, protocol);
  const encoding = protocol.includes('base64') ? 'base64' : 'binary';
  return serveChannels(webSocket, encoding, ports, connect);
}

async function serveChannels(
  socket: WebSocket,
  encoding: 'binary' | 'base64',
  ports: readonly number[],
  connect: ConnectPort,
): Promise<void> {
  const channels = new WebSocketChannels(socket, encoding);
  const forwards = ports.map((port, index) => {
    const [data, error] = [2 * index, 2 * index + 1];
    // Each channel begins with its port, so that the client can tell them apart.
    for (const channel of [data, error]) channels.send(channel, Buffer.of(port & 0xff, port >> 8));
    return joinStreams(
      channels.duplex(data),
      () => connect(port),
      (why) => channels.send(error, Buffer.from(why.message)),
    );
  });
  await Promise.all(forwards);
  channels.close();
  await channels.closed;
}

function portsInQuery(request: IncomingMessage): number[] {
  const query = new URL(request.url ?? '', 'http://localhost').searchParams;
  const texts = [...query.getAll('ports'), ...query.getAll('port')].flatMap((text) => text.split(','));
  if (texts.length === 0) throw badRequest('query parameter "ports" is required');
  if (texts.length > MAX_PORTS) throw badRequest(`at most ${MAX_PORTS} ports can be forwarded at once`);
  return texts.map((text) => {
    const port = parsePort(text);
    if (port === undefined) throw badRequest(`unable to parse "${text}" as a port`);
    return port;
  });
}
