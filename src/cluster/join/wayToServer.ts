import { once } from 'node:events';
import { connect } from 'node:net';
import type { ServerAddress } from '../../runtime/runtime.ts';

export interface WayToServer {
  /** The address of this machine on the way: where the server, in its turn, finds us. */
  readonly from: string;
  readonly to: ServerAddress;
}

/** The addresses of both ends of a connection to a server. Rejects when it cannot be reached. */
export async function wayToServer(server: string): Promise<WayToServer> {
  const { hostname, port } = new URL(server);
  const socket = connect(Number(port || 443), hostname.replace(/^\[|\]$/g, ''));
  try {
    await once(socket, 'connect');
    const { localAddress, remoteAddress, remotePort } = socket;
    return { from: plain(localAddress!), to: { address: plain(remoteAddress!), port: remotePort! } };
  } finally {
    socket.destroy();
  }
}

const plain = (address: string) => address.replace(/^::ffff:/, '');
