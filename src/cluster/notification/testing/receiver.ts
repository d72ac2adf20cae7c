import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}
/** How a receiver answers its nth request, from 0; 204 unless told. */
type Answerer = (response: ServerResponse, nth: number, received: Received) => void;

/** A server on the loopback that notes what it is sent. */
export class Receiver implements AsyncDisposable {
  readonly received: Received[] = [];
  /** Requests that have come. */
  answer: Answerer;
  readonly #server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const received = {
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString()) as Record<string, unknown>,
    };
    this.received.push(received);
    this.answer(response, this.received.length - 1, received);
  });

  private constructor(answer: Answerer) {
    this.answer = answer;
  }

  static async start(answer: Answerer = (response) => status(response, 204)): Promise<Receiver> {
    const receiver = new Receiver(answer);
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}/hook?token=s3cret`;
  }

  /** What came, in words: `JobFailed nightly-1`. */
  get told(): readonly string[] {
    return this.received.map(({ body }) => `${body.event} ${body.name}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

/** Ends an answer with a status. */
export function status(response: ServerResponse, code: number, headers: Record<string, string> = {}): void {
  response.writeHead(code, headers).end();
}
