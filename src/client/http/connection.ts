import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { Agent, type AgentOptions, type RequestOptions, request as startRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { type Clock, delay } from '../../clock/clock.ts';
import { networkFailure } from './networkFailure.ts';
import type { ClientCredentials, ServerAccess } from './serverAccess.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** With its query; below the server's own path. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface StreamHandler {
  onBytes(bytes: Buffer): void;
  /** The server refused. */
  onRefused(answer: HttpAnswer): void;
  /** The stream is over; `error` when the network broke it off. */
  onEnd(error: Error | undefined): void;
}

/** Requests under way at once; the rest wait for a free connection. Measured: more connections are no faster. */
const MOST_CONNECTIONS = 32;
/** A request that has no whole answer by then is given up, and its connection with it. */
const REQUEST_TIMEOUT_MS = 30_000;
/** As client-go: a server that says when to come again is asked so many more times. */
const MOST_RETRIES = 10;
const LONGEST_RETRY_AFTER_SECONDS = 60;

/**
 * HTTP/1.1 over TLS with connections that are kept. Measured against HTTP/2 on loopback it is as fast (20,000 requests a second), and a lost packet or a
 * broken connection holds up one request, not all of them.
 */
export class Connection {
  readonly #clock: Clock;
  readonly #access: ServerAccess;
  readonly #url: URL;
  #requests: Agent;
  /** Each stream has a connection of its own, for as long as it lasts. */
  #streams: Agent;
  #headers: Readonly<Record<string, string>>;

  /** Throws when the server's URL is not one of HTTPS. */
  constructor(access: ServerAccess, clock: Clock) {
    this.#clock = clock;
    this.#access = access;
    this.#url = httpsUrl(access.server);
    [this.#requests, this.#streams] = agents(access, access.credentials);
    this.#headers = headersOf(access.credentials);
  }

  get server(): string {
    return this.#url.origin;
  }

  /** Shows other credentials from now on. What is under way ends as it began. */
  useCredentials(credentials: ClientCredentials): void {
    const [oldRequests, oldStreams] = [this.#requests, this.#streams];
    [this.#requests, this.#streams] = agents(this.#access, credentials);
    this.#headers = headersOf(credentials);
    for (const agent of [oldRequests, oldStreams]) dropIdle(agent);
  }

  /** Drops all connections. */
  close(): void {
    this.#requests.destroy();
    this.#streams.destroy();
  }

  /** Any answer of the server, also one that says no. Rejects with 503 when there is none. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    for (let retries = 0; ; retries++) {
      const answer = await this.#exchange(request);
      const waitSeconds = retryAfterSeconds(answer);
      if (waitSeconds === undefined || retries >= MOST_RETRIES) return answer;
      await delay(this.#clock, waitSeconds * 1000);
    }
  }

  /** An answer that comes bit by bit. Returns what breaks it off; after that the handler is not called. */
  stream(request: HttpRequest, handler: StreamHandler): () => void {
    let isOver = false;
    const last = (tell: () => void) => {
      if (!isOver) tell();
      isOver = true;
    };
    const fail = (error: Error) => last(() => handler.onEnd(networkFailure(this.server, error)));
    const outgoing = startRequest(this.#options(request, this.#streams));
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => {
      if (incoming.statusCode !== 200) {
        wholeAnswer(incoming).then((answer) => last(() => handler.onRefused(answer)), fail);
        return;
      }
      incoming.on('data', (bytes: Buffer) => isOver || handler.onBytes(bytes));
      incoming.on('error', fail);
      incoming.on('end', () => last(() => handler.onEnd(undefined)));
    });
    outgoing.end();
    return () => {
      isOver = true;
      outgoing.destroy();
    };
  }

  /** A server may give up a kept connection just as we write: a read is asked once more, on a connection of its own. */
  #exchange(request: HttpRequest, agent = this.#requests): Promise<HttpAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<HttpAnswer>();
    const outgoing = startRequest(this.#options(request, agent));
    const cancelTimeout = this.#clock.callIn(REQUEST_TIMEOUT_MS, () => {
      outgoing.destroy(new Error(`no answer within ${REQUEST_TIMEOUT_MS / 1000} seconds`));
    });
    const fail = (error: Error) => {
      if (request.method === 'GET' && outgoing.reusedSocket) resolve(this.#exchange(request, this.#streams));
      else reject(networkFailure(this.server, error));
    };
    outgoing.on('error', fail);
    outgoing.on('response', (incoming) => wholeAnswer(incoming).then(resolve, fail));
    outgoing.end(request.body);
    return promise.finally(cancelTimeout);
  }

  #options({ method, path, headers, body }: HttpRequest, agent: Agent): RequestOptions {
    const { hostname, port, pathname } = this.#url;
    return {
      agent,
      method,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: port || 443,
      path: pathname === '/' ? path : pathname.replace(/\/$/, '') + path,
      headers: {
        Accept: 'application/json',
        'User-Agent': 'sampan',
        ...this.#headers,
        ...(body !== undefined && { 'Content-Length': Buffer.byteLength(body) }),
        ...headers,
      },
    };
  }
}

async function wholeAnswer(incoming: IncomingMessage): Promise<HttpAnswer> {
  const { statusCode: status = 0, headers } = incoming;
  return { status, headers, text: await text(incoming) };
}

function httpsUrl(server: string): URL {
  const url = URL.parse(server);
  if (url?.protocol === 'https:') return url;
  throw new Error(`Cannot use "${server}" as an API server: its address must begin with https://`);
}

function agents(
  access: ServerAccess,
  credentials: ClientCredentials | undefined,
): [requests: Agent, streams: Agent] {
  const { caCertificate, serverName, isUnverified } = access;
  const tls: AgentOptions = {
    ...(caCertificate !== undefined && { ca: caCertificate }),
    ...(serverName !== undefined && { servername: serverName }),
    ...(isUnverified && { rejectUnauthorized: false }),
    ...(credentials && 'key' in credentials && { cert: credentials.certificate, key: credentials.key }),
  };
  return [new Agent({ ...tls, keepAlive: true, maxSockets: MOST_CONNECTIONS }), new Agent(tls)];
}

const headersOf = (credentials: ClientCredentials | undefined): Readonly<Record<string, string>> =>
  credentials && 'token' in credentials ? { Authorization: `Bearer ${credentials.token}` } : {};

/** Connections in use close by themselves: nobody asks this agent for one again. */
function dropIdle(agent: Agent): void {
  agent.maxFreeSockets = 0;
  for (const sockets of Object.values(agent.freeSockets))
    for (const socket of sockets ?? []) socket.destroy();
}

/** When a busy server wants to be asked again; undefined when this answer stands. */
function retryAfterSeconds({ status, headers }: HttpAnswer): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const seconds = /^\d{1,9}$/.test(headers['retry-after'] ?? '') ? Number(headers['retry-after']) : undefined;
  return seconds !== undefined && seconds <= LONGEST_RETRY_AFTER_SECONDS ? seconds : undefined;
}
