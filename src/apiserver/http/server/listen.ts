import { constants } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import type { HttpRequest, HttpResponse } from '../message.ts';
import { createHttp1, type HandleUpgrade } from './http1.ts';
import { createHttp2 } from './http2.ts';
import { HANDSHAKE_TIMEOUT_MS } from './limits.ts';

export interface ListenOptions {
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** The server's own key and certificate, as PEM. */
  readonly key: string;
  readonly cert: string;
  /** Who signs client certificates, as PEM. */
  readonly clientCa: string;
}

export interface Listener {
  readonly port: number;
  /** Takes no more connections and ends those that there are. */
  close(): Promise<void>;
}

export interface Handlers {
  handle(request: HttpRequest): Promise<HttpResponse>;
  readonly handleUpgrade: HandleUpgrade;
}

/**
 * Listens for TLS connections. ALPN decides between HTTP/2 and HTTP/1.1; upgrades (exec, port-forward) come over the latter.
 * Client certificates are asked for, not demanded: what they are worth is decided per request.
 */
export async function listen(handlers: Handlers, options: ListenOptions): Promise<Listener> {
  const http1 = createHttp1((request) => handlers.handle(request), handlers.handleUpgrade);
  const http2 = createHttp2((request) => handlers.handle(request));
  const open = new Set<TLSSocket>();
  const server = createServer(
    {
      key: options.key,
      cert: options.cert,
      ca: options.clientCa,
      requestCert: true,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      // A resumed session would not prove its certificate again.
      secureOptions: constants.SSL_OP_NO_TICKET,
      noDelay: true,
    },
    (socket) => {
      open.add(socket);
      socket.once('close', () => open.delete(socket));
      socket.on('error', () => socket.destroy());
      (socket.alpnProtocol === 'h2' ? http2 : http1).emit('connection', socket);
    },
  );
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => resolve());
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      for (const socket of open) socket.destroy();
      return closed;
    },
  };
}
