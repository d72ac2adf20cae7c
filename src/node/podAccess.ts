import net from 'node:net';
import type { Duplex } from 'node:stream';
import { dialError } from '../apimachinery/dialError.ts';
import { badRequest, notFound } from '../apimachinery/errors.ts';
import type { RemoteCommandResult, RemoteCommandStreams } from '../apimachinery/remoteCommand.ts';
import type { LogOptions, PodAccess, PodReference } from '../apiserver/streams/podAccess.ts';
import { Pods } from '../resources/kinds.ts';
import type { ContainerStatus, LogLine, Runtime } from '../runtime/runtime.ts';
import { containerStatus } from './pod/containerStatus.ts';
import { containersOf, type PodContainer } from './pod/containers.ts';
import type { PodWorker } from './pod/podWorker.ts';

const NEWLINE = Buffer.from('\n');

/** What the API server asks of a node agent in its own process. */
export class AgentPodAccess implements PodAccess {
  readonly #find: (pod: PodReference) => PodWorker | undefined;
  readonly #runtime: Runtime;

  constructor(find: (pod: PodReference) => PodWorker | undefined, runtime: Runtime) {
    this.#find = find;
    this.#runtime = runtime;
  }

  async *logs(
    pod: PodReference,
    container: string,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const life = this.#loggedLife(pod, container, options.previous);
    const { follow, tailLines, sinceTime: since } = options;
    let left = options.limitBytes ?? Number.POSITIVE_INFINITY;
    let isLineStart = true;
    for await (const line of this.#runtime.logs(life.id, { follow, tailLines, since }, signal)) {
      const text = textOf(line, options.timestamps && isLineStart);
      isLineStart = !line.partial;
      yield text.subarray(0, left);
      left -= text.length;
      if (left <= 0) return;
    }
  }

  async exec(
    pod: PodReference,
    container: string,
    command: readonly string[],
    tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult> {
    return this.#runtime.exec(this.#runningLife(pod, container).id, command, tty, streams);
  }

  async attach(
    pod: PodReference,
    container: string,
    _tty: boolean,
    streams: RemoteCommandStreams,
  ): Promise<RemoteCommandResult> {
    return this.#runtime.attach(this.#runningLife(pod, container).id, streams);
  }

  async portForward(pod: PodReference, port: number): Promise<Duplex> {
    const { sandbox } = this.#worker(pod).memory;
    const host = sandbox?.reachableAt;
    if (!host) throw badRequest(`pod "${pod.name}" has no network`);
    if (this.#runtime.portForward) return this.#runtime.portForward(sandbox.id, port);
    if (this.#runtime.name === 'simulated') {
      throw badRequest(`pod "${pod.name}" is simulated: nothing listens on port ${port}`);
    }
    const socket = net.connect({ host, port });
    return new Promise((resolve, reject) => {
      socket.once('connect', () => resolve(socket));
      socket.once('error', (error) => reject(badRequest(dialError(error, `${host}:${port}`))));
    });
  }

  #worker(pod: PodReference): PodWorker {
    const worker = this.#find(pod);
    if (!worker) throw notFound(Pods, pod.name);
    return worker;
  }

  #place(worker: PodWorker, name: string): PodContainer {
    const placed = containersOf(worker.pod).find((container) => container.name === name);
    if (!placed) throw badRequest(`container ${name} is not valid for pod ${worker.pod.metadata.name}`);
    return placed;
  }

  #loggedLife(pod: PodReference, name: string, previous: boolean): ContainerStatus {
    const worker = this.#worker(pod);
    const placed = this.#place(worker, name);
    const { current, previous: before } = worker.memory.containers.get(name) ?? {};
    if (previous) {
      if (before) return before;
      throw badRequest(`previous terminated container "${name}" in pod "${pod.name}" not found`);
    }
    if (current && current.state !== 'created') return current;
    if (before) return before;
    const { waiting } =
      containerStatus({ pod: worker.pod, memory: worker.memory, now: 0, elapsed: 0 }, placed, '').state ?? {};
    throw badRequest(`container "${name}" in pod "${pod.name}" is waiting to start: ${waitingText(waiting)}`);
  }

  #runningLife(pod: PodReference, name: string): ContainerStatus {
    const worker = this.#worker(pod);
    this.#place(worker, name);
    const life = worker.memory.containers.get(name)?.current;
    if (life?.state === 'running') return life;
    throw badRequest(`container not found ("${name}")`);
  }
}

const WAITS_FOR_IMAGE: Record<string, string> = {
  ErrImagePull: "image can't be pulled",
  ImagePullBackOff: 'trying and failing to pull image',
};

const waitingText = (waiting: { reason?: string } | undefined): string =>
  WAITS_FOR_IMAGE[waiting?.reason ?? ''] ?? waiting?.reason ?? 'ContainerCreating';

function textOf({ time, text, partial }: LogLine, stamped: boolean): Buffer {
  const parts: Uint8Array[] = [text];
  if (stamped) parts.unshift(Buffer.from(`${stamp(time)} `));
  if (!partial) parts.push(NEWLINE);
  return Buffer.concat(parts);
}

/** RFC 3339 with nanoseconds, of which a clock of milliseconds knows six zeroes. */
const stamp = (time: number): string => `${new Date(time).toISOString().slice(0, -1)}000000Z`;
