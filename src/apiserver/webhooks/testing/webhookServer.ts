import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { SystemClock } from '../../../clock/systemClock.ts';
import { CertificateAuthority } from '../../../pki/certificateAuthority.ts';

const clock = new SystemClock();
const authority = await CertificateAuthority.create(clock.now());
const hosts = ['127.0.0.1', 'hook.default.svc'];
const { key, certificate } = await authority.issue(
  { commonName: 'hook', hosts },
  { usages: ['server auth'], now: clock.now() },
);

/** Whom clients of such a server trust: the `caBundle` of a configuration. */
export const caBundle = Buffer.from(authority.certificate).toString('base64');

/** What came in a POST, and where. */
export interface Received {
  readonly path: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into reviews of every kind
  readonly body: any;
}

/** Answers with what it returns as JSON; with nothing when it answers itself, or never. */
type Answer = (received: Received, response: ServerResponse) => unknown;

/** A webhook that runs: HTTPS on the loopback. */
export class WebhookServer implements AsyncDisposable {
  readonly received: Received[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async start(answer: Answer): Promise<WebhookServer> {
    const server = createServer({ key, cert: certificate }, async (request, response) => {
      const received = { path: request.url ?? '', body: await json(request) };
      webhook.received.push(received);
      const told = answer(received, response);
      if (told !== undefined)
        response.setHeader('content-type', 'application/json').end(JSON.stringify(told));
    });
    const webhook = new WebhookServer(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return webhook;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The `clientConfig` that leads here. */
  config(path = '/hook') {
    return { url: `https://127.0.0.1:${this.port}${path}`, caBundle };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
