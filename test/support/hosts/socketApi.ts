import { type IncomingMessage, request as startRequest } from 'node:http';
import { type ApiRequest, ApiRequests } from '../api.ts';

/** Requests through a socket file, as `kubectl proxy` serves one. */
export class SocketApi extends ApiRequests {
  readonly #socket: string;

  constructor(socket: string) {
    super();
    this.#socket = socket;
  }

  open({ method = 'GET', path, body }: ApiRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const request = startRequest({ socketPath: this.#socket, method, path, headers });
      request.once('response', resolve).once('error', reject);
      request.end(body && JSON.stringify(body));
    });
  }
}
