import type { Client, ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import type { Message } from '../../apimachinery/protobuf.ts';
import type { Clock } from '../../clock/clock.ts';
import { versionRequest, versionResponse } from './imageMessages.ts';

export const DEFAULT_CRI_SOCKET = '/run/containerd/containerd.sock';

/** As the kubelet's `runtimeRequestTimeout`. Pulling an image may take as long as it moves. */
const DEADLINE_MS = 120_000;
/** A host that is just being started takes its time. Where nobody listens, that is told at once. */
const FIRST_ANSWER_MS = 10_000;

const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': 16 * 1024 * 1024,
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

/** The versions of CRI that are spoken here: the messages are the same. */
const VERSIONS = ['v1', 'v1alpha2'] as const;

/** A call that failed; the message is what a Go client shows. */
export class CriError extends Error {
  override readonly name = 'CriError';
  readonly code: string;

  constructor(code: string, details: string) {
    super(`rpc error: code = ${code} desc = ${details}`);
    this.code = code;
  }
}

type Service = 'RuntimeService' | 'ImageService';

/** A connection to a container runtime by its socket. */
export class CriClient {
  readonly #grpc: typeof import('@grpc/grpc-js');
  readonly #client: Client;
  readonly #clock: Clock;
  #version: (typeof VERSIONS)[number] = 'v1';

  private constructor(grpc: typeof import('@grpc/grpc-js'), socket: string, clock: Clock) {
    this.#grpc = grpc;
    this.#clock = clock;
    const credentials = grpc.credentials.createInsecure();
    this.#client = new grpc.Client(`unix://${socket}`, credentials, CHANNEL_OPTIONS);
  }

  /** Connects, and finds out which version is spoken. Rejects with `CriError` when nothing answers. */
  static async connect(socket: string, clock: Clock): Promise<CriClient> {
    // Whoever runs no containers does not wait for gRPC to load.
    const client = new CriClient(await import('@grpc/grpc-js'), socket, clock);
    try {
      await client.#settleVersion();
    } catch (error) {
      client.close();
      throw error;
    }
    return client;
  }

  call<Request extends object, Response extends object>(
    service: Service,
    method: string,
    request: readonly [Message<Request>, Request],
    responses: Message<Response>,
    deadlineMs = DEADLINE_MS,
  ): Promise<Response> {
    return this.#call(`/runtime.${this.#version}.${service}/${method}`, request, responses, deadlineMs);
  }

  /** A call of containerd's own API, in the namespace in which it keeps what CRI makes. Other runtimes answer `Unimplemented`. */
  callContainerd<Request extends object, Response extends object>(
    path: string,
    request: readonly [Message<Request>, Request],
    responses: Message<Response>,
  ): Promise<Response> {
    const metadata = new this.#grpc.Metadata();
    metadata.set('containerd-namespace', 'k8s.io');
    return this.#call(path, request, responses, DEADLINE_MS, metadata);
  }

  #call<Request extends object, Response extends object>(
    path: string,
    [requests, message]: readonly [Message<Request>, Request],
    responses: Message<Response>,
    deadlineMs: number,
    metadata = new this.#grpc.Metadata(),
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      this.#client.makeUnaryRequest(
        path,
        (outgoing: Request) => requests.encode(outgoing),
        (bytes) => responses.decode(bytes),
        message,
        metadata,
        // gRPC asks for the hour, and makes a delay of it at once.
        { deadline: this.#clock.now() + deadlineMs },
        (error, response) => {
          if (response) resolve(response);
          else reject(this.#errorOf(error!));
        },
      );
    });
  }

  /** A stream of answers, also of services beyond CRI. Its `error` is a `ServiceError`. */
  stream<Request extends object, Response extends object>(
    path: string,
    request: readonly [Message<Request>, Request],
    responses: Message<Response>,
  ): ClientReadableStream<Response> {
    const [requests, message] = request;
    return this.#client.makeServerStreamRequest(
      path,
      (outgoing: Request) => requests.encode(outgoing),
      (bytes) => responses.decode(bytes),
      message,
    );
  }

  isUnimplemented(error: ServiceError): boolean {
    return error.code === this.#grpc.status.UNIMPLEMENTED;
  }

  close(): void {
    this.#client.close();
  }

  async #settleVersion(): Promise<void> {
    for (const version of VERSIONS) {
      this.#version = version;
      try {
        await this.call(
          'RuntimeService',
          'Version',
          [versionRequest, { version: '' }],
          versionResponse,
          FIRST_ANSWER_MS,
        );
        return;
      } catch (error) {
        const isLast = version === VERSIONS.at(-1);
        if (isLast || !(error instanceof CriError) || error.code !== 'Unimplemented') throw error;
      }
    }
  }

  #errorOf({ code, details }: ServiceError): CriError {
    return new CriError(goCodeName(this.#grpc.status[code] ?? 'UNKNOWN'), details);
  }
}

/** `NOT_FOUND` is `NotFound`. */
const goCodeName = (name: string): string =>
  name.toLowerCase().replace(/(^|_)(\w)/g, (_, _separator, letter: string) => letter.toUpperCase());
