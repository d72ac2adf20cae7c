import http, { type IncomingMessage } from 'node:http';
import https from 'node:https';
import type { Duplex } from 'node:stream';
import type { SecureContextOptions } from 'node:tls';
import { internalError, StatusError } from '../../apimachinery/errors.ts';
import { SpdyConnection } from './spdy/connection.ts';

/** Characters of an answer that is not an upgrade; what comes after is cut off. */
const MAX_ANSWER = 65_536;

/** What it takes to reach a kubelet, or the streaming server of a CRI runtime. */
export interface StreamServer {
  /** With the whole query. `http:` or `https:`. */
  readonly url: URL;
  readonly tls?: SecureContextOptions & { readonly servername?: string };
}

/** Upgrades to SPDY/3.1 with the best of `protocols` that the server knows. Rejects with the server's `StatusError`. */
export async function connectSpdy(
  { url, tls }: StreamServer,
  protocols: readonly string[],
): Promise<{ connection: SpdyConnection; protocol: string }> {
  const headers = {
    Connection: 'Upgrade',
    Upgrade: 'SPDY/3.1',
    'X-Stream-Protocol-Version': [...protocols],
  };
  const options = { ...tls, method: 'POST', headers, agent: false };
  const request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
  request.end();
  const { response, socket, head } = await upgraded(request);
  if (head.length > 0) socket.unshift(head);
  const protocol = response.headers['x-stream-protocol-version'];
  return { connection: new SpdyConnection(socket, 'client'), protocol: String(protocol ?? protocols.at(-1)) };
}

function upgraded(request: http.ClientRequest) {
  return new Promise<{ response: IncomingMessage; socket: Duplex; head: Buffer }>((resolve, reject) => {
    request.on('error', reject);
    request.once('upgrade', (response, socket, head) => resolve({ response, socket, head }));
    request.once('response', (response) => {
      readStart(response).then((answer) => reject(errorOf(response, answer)), reject);
    });
  });
}

async function readStart(response: IncomingMessage): Promise<string> {
  let answer = '';
  for await (const chunk of response.setEncoding('utf8')) {
    answer += chunk;
    if (answer.length > MAX_ANSWER) break;
  }
  return answer;
}

function errorOf(response: IncomingMessage, answer: string): Error {
  try {
    const status = JSON.parse(answer);
    if (status.kind === 'Status') return StatusError.fromStatus(status);
  } catch {
    // Not every server answers in JSON.
  }
  return internalError(`unable to upgrade connection: ${answer.trim() || response.statusMessage}`);
}
