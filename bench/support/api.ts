import { Agent, request } from 'node:https';
import { parse } from 'yaml';

interface Kubeconfig {
  clusters: [{ cluster: { server: string; 'certificate-authority-data': string } }];
  users: [{ user: { 'client-certificate-data': string; 'client-key-data': string } }];
}

/** The API over HTTPS, as plainly as a load generator may: keep-alive connections, text in, text out. */
export class Api {
  readonly #server: string;
  readonly #agent: Agent;

  constructor(kubeconfig: string) {
    const { clusters, users } = parse(kubeconfig) as Kubeconfig;
    const decode = (text: string) => Buffer.from(text, 'base64');
    this.#server = clusters[0].cluster.server;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: 512,
      ca: decode(clusters[0].cluster['certificate-authority-data']),
      cert: decode(users[0].user['client-certificate-data']),
      key: decode(users[0].user['client-key-data']),
    });
  }

  /** Resolves to the body. Rejects when the answer is no success. */
  call(method: string, path: string, body?: unknown, contentType = 'application/json'): Promise<string> {
    return new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body);
      const headers =
        text === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': Buffer.byteLength(text) };
      const call = request(`${this.#server}${path}`, { method, agent: this.#agent, headers }, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          const answer = Buffer.concat(chunks).toString('utf8');
          if (response.statusCode! < 300) resolve(answer);
          else reject(new Error(`${method} ${path}: ${response.statusCode} ${answer.slice(0, 300)}`));
        });
      });
      call.on('error', reject);
      call.end(text);
    });
  }

  async json<T>(method: string, path: string, body?: unknown, contentType?: string): Promise<T> {
    return JSON.parse(await this.call(method, path, body, contentType)) as T;
  }

  /** Calls `onEvent` for each line of a watch until it returns true. Resolves at that moment. */
  watch<T>(path: string, onEvent: (event: { type: string; object: T }) => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const call = request(`${this.#server}${path}`, { agent: this.#agent }, (response) => {
        let rest = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          const lines = (rest + chunk).split('\n');
          rest = lines.pop()!;
          for (const line of lines) {
            if (!onEvent(JSON.parse(line))) continue;
            call.destroy();
            resolve();
            return;
          }
        });
        response.on('error', reject);
        response.on('end', () => reject(new Error(`the watch of ${path} ended`)));
      });
      call.on('error', reject);
      call.end();
    });
  }

  /** Watches one object (or collection) from its present state until one of its events satisfies the condition. */
  until<T>(
    path: string,
    name: string | undefined,
    holds: (object: T, type: string) => boolean,
  ): Promise<void> {
    const selector = name === undefined ? '' : `&fieldSelector=metadata.name%3D${name}`;
    return this.watch<T>(`${path}?watch=true${selector}`, ({ type, object }) => holds(object, type));
  }

  close(): void {
    this.#agent.destroy();
  }
}
