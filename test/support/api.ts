import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import type { KubernetesObject } from '../../src/apimachinery/object.ts';
import type { ServerAccess } from './serverAccess.ts';
import { within } from './waiting.ts';

export interface ApiRequest {
  readonly method?: string;
  /** Sent as it is, with nothing escaped and nothing normalized. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object is sent as JSON. */
  readonly body?: string | Uint8Array | object;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/** What tests read of any object or `Status`. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
export type Json = any;

/** Requests to an API server, whatever the way to it. */
export abstract class ApiRequests {
  /** The answer's headers as soon as they come; the caller reads, or destroys, the body. */
  abstract open(request: ApiRequest): Promise<IncomingMessage>;

  async request(request: ApiRequest): Promise<ApiAnswer> {
    const response = await this.open(request);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk);
    return {
      status: response.statusCode!,
      headers: response.headers,
      text: Buffer.concat(chunks).toString('utf8'),
    };
  }

  /** The answer's JSON, whatever its code. */
  async json(request: ApiRequest): Promise<Json> {
    const { text, status } = await within(this.request(request), () => `an answer to ${request.path}`);
    try {
      return JSON.parse(text);
    } catch {
      throw new Error(
        `${request.method ?? 'GET'} ${request.path} answered ${status} with no JSON: ${text.slice(0, 500)}`,
      );
    }
  }

  get = (path: string): Promise<Json> => this.json({ path });
  post = (path: string, body: object): Promise<Json> => this.json({ method: 'POST', path, body });
  put = (path: string, body: object): Promise<Json> => this.json({ method: 'PUT', path, body });
  delete = (path: string): Promise<Json> => this.json({ method: 'DELETE', path });

  async list(path: string): Promise<KubernetesObject[]> {
    return (await this.get(path)).items;
  }
}

/** Plain HTTPS requests over connections that are kept, so that a test can send what no client library would. */
export class Api extends ApiRequests {
  readonly access: ServerAccess;
  readonly #agent: https.Agent;

  constructor(access: ServerAccess, { maxSockets = Number.POSITIVE_INFINITY } = {}) {
    super();
    this.access = access;
    const { ca, cert, key } = access;
    this.#agent = new https.Agent({ keepAlive: true, maxSockets, ca, cert, key });
  }

  open({ method = 'GET', path, headers = {}, body }: ApiRequest): Promise<IncomingMessage> {
    const bytes =
      body === undefined || typeof body === 'string' || body instanceof Uint8Array
        ? body
        : JSON.stringify(body);
    const { hostname, port } = new URL(this.access.url);
    const type =
      bytes === undefined
        ? {}
        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(bytes) };
    return new Promise((resolve, reject) => {
      const request = https.request({
        agent: this.#agent,
        host: hostname,
        port,
        method,
        path,
        headers: { ...type, ...headers },
      });
      request.once('response', resolve).once('error', reject);
      request.end(bytes);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}
