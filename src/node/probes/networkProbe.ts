import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { dialError } from '../../apimachinery/dialError.ts';
import type { HTTPGetAction } from '../../generated/types.ts';
import type { ProbeOutcome } from '../../runtime/runtime.ts';

const USER_AGENT = 'kube-probe/1.36';

/** GETs a URL: 200 to 399 is a success, redirects to elsewhere included. */
export function probeHttp(
  action: HTTPGetAction,
  host: string,
  port: number,
  signal: AbortSignal,
): Promise<ProbeOutcome> {
  const isTls = action.scheme === 'HTTPS';
  const path = action.path?.startsWith('/') ? action.path : `/${action.path ?? ''}`;
  const url = `${isTls ? 'https' : 'http'}://${host}:${port}${path}`;
  const headers = Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  return new Promise((resolve) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const why = signal.aborted
        ? 'context deadline exceeded (Client.Timeout exceeded while awaiting headers)'
        : dialError(error, `${host}:${port}`);
      resolve({ success: false, message: `Get "${url}": ${why}` });
    };
    try {
      const request = (isTls ? https : http).get(
        url,
        {
          agent: false,
          rejectUnauthorized: false,
          signal,
          headers: { 'user-agent': USER_AGENT, accept: '*/*', ...headers },
        },
        (response) => {
          response.destroy();
          const code = response.statusCode ?? 0;
          const success = code >= 200 && code < 400;
          resolve({ success, message: success ? '' : `HTTP probe failed with statuscode: ${code}` });
        },
      );
      request.on('error', fail);
    } catch (error) {
      fail(error as NodeJS.ErrnoException);
    }
  });
}

/** Connects, and that is all. */
export function probeTcp(host: string, port: number, signal: AbortSignal): Promise<ProbeOutcome> {
  return new Promise((resolve) => {
    const socket = net.connect({ host, port, signal });
    socket.on('connect', () => {
      socket.destroy();
      resolve({ success: true, message: '' });
    });
    socket.on('error', (error) => {
      const message = signal.aborted
        ? `dial tcp ${host}:${port}: i/o timeout`
        : dialError(error, `${host}:${port}`);
      resolve({ success: false, message });
    });
  });
}
