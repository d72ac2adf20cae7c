import { Readable } from 'node:stream';
import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { Namespaces } from '../../resources/kinds.ts';
import { MemoryStore } from '../../store/memoryStore.ts';
import { type ApiServerOptions, createApiServer } from '../apiServer.ts';
import type { Peer } from '../authentication/peer.ts';
import type { HttpResponse, Sink } from '../http/message.ts';

export interface Sent {
  readonly body?: string | Uint8Array | object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The administrator's certificate unless given. */
  readonly peer?: Peer;
}

const ADMIN: Peer = {
  certificate: { isTrusted: true, commonName: 'admin', organizations: ['system:masters'] },
};

/** A whole API server without a socket, with the namespace `default`. */
export async function startServer(options: Partial<ApiServerOptions> = {}) {
  const store = new MemoryStore();
  const clock = new VirtualClock();
  const server = createApiServer({ store, clock, random: new SeededRandom(1), ...options });
  const client = server.client({ user: 'test', groups: ['system:masters'] });
  await client.create(Namespaces, { metadata: { name: 'default' }, spec: {} });
  const send = (method: string, url: string, { body, headers = {}, peer = ADMIN }: Sent = {}) =>
    server.handler.handle({
      method,
      url,
      headers: { 'content-type': 'application/json', ...headers },
      peer,
      body: async () => bytesOf(body),
      bodyStream: () => (body === undefined ? undefined : Readable.from([bytesOf(body)])),
      onClose() {},
    });
  return { store, clock, server, client, send };
}

function bytesOf(body: Sent['body']): Uint8Array {
  if (body === undefined) return new Uint8Array();
  if (body instanceof Uint8Array) return body;
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}

/** What an answer says, read as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every kind
export const jsonOf = ({ body = '' }: HttpResponse): any => JSON.parse(Buffer.from(body).toString());

/** Reads an answer that goes on, such as a watch's. */
export class TestSink implements Sink {
  text = '';
  isEnded = false;
  waitingBytes = 0;

  write(bytes: Uint8Array): void {
    this.text += Buffer.from(bytes).toString();
  }

  end(): void {
    this.isEnded = true;
  }

  async whenDrained(): Promise<void> {}

  /** The events of a watch so far. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events of every kind
  get events(): any[] {
    return this.text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line));
  }
}
