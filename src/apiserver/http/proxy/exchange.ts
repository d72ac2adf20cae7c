import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { messageOf } from '../../../apimachinery/errors.ts';
import { parsePort } from '../../streams/forwardedPort.ts';
import type { Call } from '../verbs/call.ts';
import { accessTo, type PodAccessFor, referenceTo } from '../verbs/podConnections.ts';
import type { RequestHeaders } from './proxyHeaders.ts';
import type { ProxyTarget } from './proxyTarget.ts';

/** A request whose body is to be sent, and what becomes of it. */
export interface Exchange {
  readonly asked: ClientRequest;
  /** Resolves when the head of the answer is there. Rejects in Go's words. */
  readonly answer: Promise<Answer>;
}

/** Begins a request to what listens in the pod. Rejects in Go's words when nothing does. */
export async function beginExchange(
  call: Call,
  target: ProxyTarget,
  podAccessFor: PodAccessFor,
  headers: RequestHeaders,
): Promise<Exchange> {
  const connection = await connectTo(target, podAccessFor);
  const { method } = call.http;
  const asked = request({ createConnection: () => connection, method, path: pathOf(call), headers });
  return { asked, answer: answerTo(asked, connection) };
}

/** What the pod answers: with its connection when that now speaks another protocol. */
export interface Answer {
  readonly head: IncomingMessage;
  readonly connection?: Duplex;
}

function answerTo(asked: ClientRequest, connection: Duplex): Promise<Answer> {
  return new Promise((resolve, reject) => {
    asked.once('response', (head) => resolve({ head }));
    asked.once('upgrade', (head, upgraded, first) => {
      if (first.length > 0) upgraded.unshift(first);
      resolve({ head, connection: upgraded });
    });
    asked.on('error', (error) => reject(new Error(inWords(connection.errored ?? error))));
  });
}

/** A connection that breaks off before the answer is, to Go, the end of a file. */
const inWords = (error: Error): string => (error.message === 'socket hang up' ? 'EOF' : error.message);

/** What the path is to the pod, with the query as it came. */
function pathOf({ info, http }: Call): string {
  const question = http.url.indexOf('?');
  const query = question < 0 ? '' : http.url.slice(question);
  return `${encodedPath(info.rest || '/')}${query}`;
}

export const encodedPath = (path: string): string =>
  encodeURI(path).replace(/[?#]/g, (character) => (character === '?' ? '%3F' : '%23'));

async function connectTo(
  { isSecure, pod, port: text }: ProxyTarget,
  podAccessFor: PodAccessFor,
): Promise<Duplex> {
  const port = parsePort(text || (isSecure ? '443' : '80'));
  if (port === undefined) throw new Error(`dial tcp: lookup tcp/${text}: unknown port`);
  const connection = await accessTo(pod, podAccessFor).portForward(referenceTo(pod), port);
  connection.on('error', () => {}); // it may fail before anybody asks anything of it
  return isSecure ? secured(connection) : connection;
}

/** Whose certificate it is does not matter: the pod is known by the way to it. */
function secured(connection: Duplex): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const secure = connectTls({ socket: connection, rejectUnauthorized: false });
    connection.once('error', reject); // a port that cannot be reached
    secure.once('error', (error: NodeJS.ErrnoException) => reject(new Error(tlsError(error))));
    secure.once('secureConnect', () => resolve(secure));
  });
}

const tlsError = (error: NodeJS.ErrnoException): string =>
  error.code === 'ERR_SSL_WRONG_VERSION_NUMBER' || error.code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG'
    ? 'http: server gave HTTP response to HTTPS client'
    : messageOf(error);
