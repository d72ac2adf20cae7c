import type { IncomingMessage } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import type { Clock } from '../../clock/clock.ts';
import { UnderWay } from '../../clock/underWay.ts';
import type { WebhookClientConfig } from '../../resources/admissionregistration/webhookClientValidation.ts';
import type { Store } from '../../store/store.ts';
import { connectionFailure, refusedRequest } from './requestFailure.ts';
import { type Address, serviceEndpoint } from './serviceEndpoint.ts';

const HTTPS_PORT = 443;
/** Lists of custom objects are converted in one go; more than this is nothing that a request could have led to. */
const MAX_ANSWER_BYTES = 64 * 1024 * 1024;
/** How long a connection that nobody uses is kept. */
const IDLE_MS = 30_000;

/** Where a webhook is: by its URL, and behind that. */
interface Destination {
  readonly url: URL;
  readonly address: Address;
}

/**
 * Posts JSON to webhooks over HTTPS, on connections that are kept. A webhook is a real server and takes real time, whatever the cluster's clock
 * says: time-outs go by the clock of networks, and whoever runs on a virtual clock asks `underWay` before time moves.
 */
export class WebhookClient {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #agent = new Agent({ keepAlive: true, timeout: IDLE_MS });
  readonly #posts = new UnderWay();

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Resolves to the JSON that the webhook answers. Rejects in the words of Go's client. */
  post(config: WebhookClientConfig, body: unknown, timeoutSeconds: number): Promise<unknown> {
    return this.#posts.track(this.#post(config, body, timeoutSeconds));
  }

  /** Resolves when what is under way now has been answered, or has not; undefined when nothing is. */
  underWay(): Promise<void> | undefined {
    return this.#posts.ended();
  }

  close(): void {
    this.#agent.destroy();
  }

  async #post(config: WebhookClientConfig, body: unknown, timeoutSeconds: number): Promise<unknown> {
    const ca = authoritiesOf(config);
    const url = urlOf(config, timeoutSeconds);
    const timeout = new AbortController();
    const cancel = this.#clock.callIn(timeoutSeconds * 1000, () => timeout.abort());
    let address = '';
    try {
      const destination = destinationOf(this.#store, config, new URL(url));
      address = addressText(destination.address);
      const options = { ...optionsTo(destination), ca, agent: this.#agent, signal: timeout.signal };
      return parsed(await answered(options, JSON.stringify(body)));
    } catch (error) {
      if (error instanceof RefusedError) throw error;
      const why = timeout.signal.aborted
        ? 'context deadline exceeded'
        : connectionFailure(error as NodeJS.ErrnoException, address);
      throw new Error(`Post ${JSON.stringify(url)}: ${why}`);
    } finally {
      cancel();
    }
  }
}

/** The webhook was reached, and its answer is of no use. */
class RefusedError extends Error {}

/** The system's authorities count where the configuration names none. */
function authoritiesOf({ caBundle }: WebhookClientConfig): string | undefined {
  if (!caBundle) return undefined;
  const text = Buffer.from(caBundle, 'base64').toString();
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  throw new RefusedError('unable to load root certificates: unable to parse bytes as PEM block');
}

/** As text: a URL of JavaScript leaves the port 443 away, which messages name. */
function urlOf({ url = '', service }: WebhookClientConfig, timeoutSeconds: number): string {
  const query = `?timeout=${timeoutSeconds}s`;
  if (!service) return url + (/^[^:]+:\/\/[^/]*$/.test(url) ? '/' : '') + query;
  const { name, namespace, port = HTTPS_PORT, path } = service;
  return `https://${name}.${namespace}.svc:${port}${path || '/'}${query}`;
}

function destinationOf(store: Store, { service }: WebhookClientConfig, url: URL): Destination {
  if (service) {
    return { url, address: serviceEndpoint(store, { ...service, port: service.port ?? HTTPS_PORT }) };
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return { url, address: { host, port: Number(url.port || HTTPS_PORT) } };
}

const addressText = ({ host, port }: Address): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;

/** Whom the certificate must name, TLS takes from the host header. */
const optionsTo = ({ url, address }: Destination): RequestOptions => ({
  ...address,
  method: 'POST',
  path: url.pathname + url.search,
  headers: {
    host: url.host,
    accept: 'application/json, */*',
    'content-type': 'application/json',
    'user-agent': 'kube-apiserver-admission',
  },
});

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** A connection that was kept may have been closed at the other end, just when it was used again: then once more. */
async function answered(options: RequestOptions, body: string): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const post = request(options, resolve);
  post.on('error', reject);
  post.end(body);
  try {
    const response = await promise;
    return { status: response.statusCode ?? 0, text: await read(response) };
  } catch (error) {
    if (!post.reusedSocket || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    return answered(options, body);
  }
}

async function read(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES)
      throw new RefusedError(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function parsed({ status, text }: Answer): unknown {
  if (status < 200 || status > 206) throw new RefusedError(refusedRequest(status, text));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RefusedError(`couldn't get version/kind; json parse error: ${(error as Error).message}`);
  }
}
