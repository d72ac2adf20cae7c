import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { badRequest } from '../../apimachinery/errors.ts';
import { admittedTo } from '../registry/admitted.ts';
import { servePortForward } from '../streams/portForward.ts';
import { serveRemoteCommand } from '../streams/remoteCommand.ts';
import { refuseUpgrade } from '../streams/upgrade.ts';
import { takeBearerOfProtocol } from '../streams/webSocketBearer.ts';
import { WebSocketBytes } from '../streams/webSocketBytes.ts';
import { acceptTextWebSocket, WebSocketLines } from '../streams/webSocketLines.ts';
import type { ApiHandler } from './handler.ts';
import type { HttpRequest, HttpResponse, Sink } from './message.ts';
import { isTrue } from './requestInfo.ts';
import { type Call, targetOf } from './verbs/call.ts';
import { accessTo, containerOf, type PodAccessFor, podOf, referenceTo } from './verbs/podConnections.ts';
import { readLog } from './verbs/podLog.ts';
import { watch } from './verbs/watch.ts';

/**
 * Answers requests to become a stream: `exec`, `attach` and `portforward` of pods, and watches and logs over WebSocket, as pages in a
 * browser make them.
 */
export class UpgradeHandler {
  readonly #handler: ApiHandler;
  readonly #podAccessFor: PodAccessFor;

  constructor(handler: ApiHandler, podAccessFor: PodAccessFor) {
    this.#handler = handler;
    this.#podAccessFor = podAccessFor;
  }

  async handle(request: HttpRequest, message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    try {
      takeBearerOfProtocol(message);
      const admitted = this.#handler.admit(request);
      const call = this.#handler.callOf(request, admitted, () => {});
      if (call.info.rest !== undefined) await this.#proxy(call, socket, head);
      else if (admitted.info.verb === 'watch') await watchOverWebSocket(call, message, socket, head);
      else await this.#connect(call, message, socket, head);
    } catch (error) {
      refuseUpgrade(socket, error);
    }
  }

  async #proxy(call: Call, socket: Duplex, head: Buffer): Promise<void> {
    if (call.kind.resource.kind === 'Node') throw badRequest('this resource has no streams');
    const { proxyUpgrade } = await import('./proxy/proxyUpgrade.ts');
    await proxyUpgrade(call, this.#podAccessFor, socket, head);
  }

  async #log(call: Call, message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const answer = await readLog(call, this.#podAccessFor);
    const sink = await WebSocketBytes.accept(message, socket, head).catch((error) => {
      answer.stream?.(NOWHERE)(); // it has begun to read
      throw error;
    });
    await sendTo(sink, answer);
  }

  async #connect(call: Call, message: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const { plural, subresource } = call.info;
    const pod = plural === 'pods' ? podOf(call) : undefined;
    if (!pod) throw badRequest('this resource has no streams');
    if (subresource === 'log') return this.#log(call, message, socket, head);
    const options = optionsOf(call);
    const { registry, user } = call;
    await admittedTo(subresource, registry.parts, 'CONNECT', targetOf(call), options, { user });
    const reference = referenceTo(pod);
    if (subresource === 'portforward') {
      const access = accessTo(pod, this.#podAccessFor);
      return servePortForward(message, socket, head, (port) => access.portForward(reference, port));
    }
    const container = containerOf(pod, options.container ?? null);
    const access = accessTo(pod, this.#podAccessFor);
    const { tty, command = [] } = options;
    if (subresource === 'exec' && command.length === 0)
      throw badRequest('you must specify at least one command for the container');
    return serveRemoteCommand(message, socket, head, options, (streams) =>
      subresource === 'exec'
        ? access.exec(reference, container, command, tty, streams)
        : access.attach(reference, container, tty, streams),
    );
  }
}

/** `PodExecOptions` and its like, as the URL has them. */
interface ConnectOptions {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
  readonly container?: string;
  readonly command?: string[];
  readonly ports?: number[];
}

/** Throws 400 where there is nothing to connect to. */
function optionsOf({ info: { subresource }, query }: Call): ConnectOptions {
  if (!['exec', 'attach', 'portforward'].includes(subresource))
    throw badRequest('this subresource has no streams');
  const container = query.get('container');
  const [command, ports] = [query.getAll('command'), query.getAll('ports')];
  return {
    stdin: isTrue(query.get('stdin')),
    stdout: isTrue(query.get('stdout')),
    stderr: isTrue(query.get('stderr')),
    tty: isTrue(query.get('tty')),
    ...(container && { container }),
    ...(command.length > 0 && { command }),
    ...(ports.length > 0 && { ports: ports.flatMap((each) => each.split(',').map(Number)) }),
  };
}

const NOWHERE: Sink = { write() {}, end() {}, waitingBytes: 0, whenDrained: () => Promise.resolve() };

interface WebSocketSink extends Sink {
  readonly closed: Promise<void>;
}

/** Sends an answer over a WebSocket, until either side ends it. */
async function sendTo(sink: WebSocketSink, { body, stream }: HttpResponse): Promise<void> {
  const stop = stream?.(sink);
  if (!stream) {
    if (body) sink.write(Buffer.from(body));
    sink.end();
  }
  await sink.closed;
  stop?.();
}

async function watchOverWebSocket(
  call: Call,
  message: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  const answer = watch(call);
  await sendTo(new WebSocketLines(await acceptTextWebSocket(message, socket, head)), answer);
}
