import { type IncomingMessage, request } from 'node:http';
import type { ApiRequest } from '../api.ts';

/** Plain requests through a socket file, as `kubectl proxy` serves one. */
export class SocketApi {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  open({ path }: ApiRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      request({ socketPath: this.#socket, path }).once('response', resolve).once('error', reject).end();
    });
  }
}
