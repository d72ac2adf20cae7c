import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { badRequest, internalError, isStatusError, StatusError } from '../../apimachinery/errors.ts';
import type { NodeAccess } from '../../apiserver/streams/nodeAccess.ts';
import type { PodAccess, PodReference } from '../../apiserver/streams/podAccess.ts';
import { servePortForward } from '../../apiserver/streams/portForward.ts';
import { serveRemoteCommand } from '../../apiserver/streams/remoteCommand.ts';
import { refuseUpgrade } from '../../apiserver/streams/upgrade.ts';
import type { Clock } from '../../clock/clock.ts';
import type { Pod } from '../../generated/types.ts';
import { logOptions } from './logOptions.ts';
import { type PodPath, type Route, routeOf } from './route.ts';

export interface KubeletOptions {
  /** Keys and certificates, and whether clients must show one. */
  readonly tls: ServerOptions;
  /** Throws 401 or 403 when this client may not do that: who may use all of a kubelet can run commands in every pod of the node. */
  authorize(request: IncomingMessage, route: Route | undefined): Promise<void>;
  /** The pods of this node. */
  pods(): readonly Pod[];
  readonly access: PodAccess;
  readonly node: Pick<NodeAccess, 'get'>;
  readonly clock: Clock;
}

/** The HTTPS face of a node agent, as a kubelet has on port 10250. */
export class Kubelet {
  readonly #options: KubeletOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Duplex>();

  constructor(options: KubeletOptions) {
    this.#options = options;
    this.#server = createServer(options.tls);
    this.#server.on('connection', (socket) => this.#track(socket));
    this.#server.on('request', (request, response) => void this.#serve(request, response));
    this.#server.on('upgrade', (request, socket, head) => void this.#serveUpgrade(request, socket, head));
  }

  /** Resolves with the port, which with port 0 is any free one. */
  async listen(port: number, host: string): Promise<number> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  /** Shows another certificate to whoever connects from now on. */
  useCertificate(tls: { cert: string; key: string }): void {
    this.#server.setSecureContext({ ...this.#options.tls, ...tls });
  }

  /** Hangs up on everybody, also in the midst of a session. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** The server itself forgets a connection once it has been upgraded. */
  #track(socket: Duplex): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#answer(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else answerError(response, error);
    }
  }

  async #serveUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    socket.on('error', () => {}); // `close` follows
    try {
      await this.#upgrade(request, socket, head);
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { route, query } = await this.#routed(request);
    if (request.method !== 'GET') throw new StatusError('MethodNotAllowed', '405: Method Not Allowed');
    switch (route.kind) {
      case 'node':
        return this.#answerOfNode(route.path, query, response);
      case 'containerLogs':
        return this.#answerLogs(route.pod, route.container, query, response);
      default:
        throw badRequest('Upgrade request required');
    }
  }

  async #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { route, query } = await this.#routed(request);
    const { access } = this.#options;
    if (route.kind !== 'exec' && route.kind !== 'attach' && route.kind !== 'portForward')
      throw badRequest('Cannot upgrade: this path has no streams');
    const pod = this.#find(route.pod);
    if (route.kind === 'portForward')
      return servePortForward(request, socket, head, (port) => access.portForward(pod, port));
    const streams = commandOptions(query);
    return serveRemoteCommand(request, socket, head, streams, (ends) =>
      route.kind === 'exec'
        ? access.exec(pod, route.container, query.getAll('command'), streams.tty, ends)
        : access.attach(pod, route.container, streams.tty, ends),
    );
  }

  async #routed(request: IncomingMessage): Promise<{ route: Route; query: URLSearchParams }> {
    const url = URL.parse(request.url ?? '', 'https://localhost');
    const route = url ? routeOf(url.pathname) : undefined;
    await this.#options.authorize(request, route);
    if (!url || !route) throw new StatusError('NotFound', '404 page not found');
    return { route, query: url.searchParams };
  }

  #find({ namespace, name, uid }: PodPath): PodReference {
    const pod = this.#options
      .pods()
      .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
    const foundUid = pod?.metadata.uid;
    if (!pod || (uid !== undefined && uid !== foundUid))
      throw new StatusError('NotFound', `pod "${name}" not found`);
    return { namespace, name, uid: foundUid ?? '' };
  }

  async #answerOfNode(path: string, query: URLSearchParams, response: ServerResponse): Promise<void> {
    const { status, contentType, body } = await this.#options.node.get(path, query);
    response.writeHead(status, { 'Content-Type': contentType }).end(body);
  }

  async #answerLogs(path: PodPath, container: string, query: URLSearchParams, response: ServerResponse) {
    const options = logOptions(query, this.#options.clock.now());
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const log = this.#options.access.logs(this.#find(path), container, options, gone.signal);
    for await (const bytes of log) {
      if (gone.signal.aborted) return;
      if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'text/plain' });
      if (!response.write(bytes)) await once(response, 'drain', gone).catch(() => {});
    }
    response.end();
  }
}

/** A kubelet's own names for the streams, which are not those of the API. */
function commandOptions(query: URLSearchParams) {
  const is = (name: string) => query.get(name) === '1';
  return { stdin: is('input'), stdout: is('output'), stderr: is('error'), tty: is('tty') };
}

/** A kubelet answers in plain text, which the API server puts into a `Status`. */
function answerError(response: ServerResponse, error: unknown): void {
  const known = isStatusError(error) ? error : internalError(String(error));
  answerText(response, known.code, `${known.message}\n`);
}

function answerText(response: ServerResponse, code: number, text: string): void {
  response.writeHead(code, { 'Content-Type': 'text/plain; charset=utf-8' }).end(text);
}
