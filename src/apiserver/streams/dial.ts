import { connect } from 'node:net';
import { dialError } from '../../apimachinery/dialError.ts';
import { SystemClock } from '../../clock/systemClock.ts';

/** As upstream's API server waits for a kubelet. The kernel alone would wait for more than two minutes. */
const DIAL_LIMIT_MS = 30_000;

/** Finds out whether somebody listens there. Rejects in Go's words; it takes real time, whatever the cluster's clock says. */
export function dial(host: string, port: number): Promise<void> {
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect(port, host);
    const fail = (error: NodeJS.ErrnoException) => {
      cancel();
      socket.destroy();
      reject(new Error(dialError(error, address)));
    };
    const timeout = Object.assign(new Error('i/o timeout'), { code: 'ETIMEDOUT' });
    const cancel = new SystemClock().callIn(DIAL_LIMIT_MS, () => fail(timeout));
    socket.on('error', fail);
    socket.once('connect', () => {
      cancel();
      socket.destroy();
      resolve();
    });
  });
}
