import { once } from 'node:events';
import { connect } from 'node:net';

/** The address of this machine on the way to a server: where the server, in its turn, finds us. Rejects when it cannot be reached. */
export async function localAddressTowards(server: string): Promise<string> {
  const { hostname, port } = new URL(server);
  const socket = connect(Number(port || 443), hostname.replace(/^\[|\]$/g, ''));
  try {
    await once(socket, 'connect');
    return socket.localAddress!.replace(/^::ffff:/, '');
  } finally {
    socket.destroy();
  }
}
