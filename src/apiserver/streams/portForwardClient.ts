import type { Duplex } from 'node:stream';
import { PortForwardError } from './podAccess.ts';
import { connectSpdy, type StreamServer } from './spdyClient.ts';

/** Forwards one connection through another server: the client of `servePortForward`, and of the URLs that a CRI runtime gives out. */
export async function openForwardedPort(server: StreamServer, port: number): Promise<Duplex> {
  const { connection } = await connectSpdy(server, ['portforward.k8s.io']);
  const open = (type: string) =>
    connection.openStream(
      new Map([
        ['streamtype', type],
        ['port', String(port)],
        ['requestid', '0'],
      ]),
    );
  const [error, data] = await Promise.all([open('error'), open('data')]);
  error.end();
  let text = '';
  error.on('data', (chunk: Buffer) => {
    text += chunk;
  });
  const fail = () => {
    if (text) data.destroy(new PortForwardError(text));
  };
  // Either may be the first to end.
  error.once('end', fail);
  data.once('end', fail);
  data.once('close', () => connection.end());
  return data;
}
