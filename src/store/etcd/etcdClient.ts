import type { Client, ClientDuplexStream, ServiceError } from '@grpc/grpc-js';
import type { Message } from '../../apimachinery/protobuf.ts';
import type { Clock } from '../../clock/clock.ts';
import {
  type CompactionRequest,
  type CompactionResponse,
  compactionRequest,
  compactionResponse,
  type RangeRequest,
  type RangeResponse,
  rangeRequest,
  rangeResponse,
  type TxnRequest,
  type TxnResponse,
  txnRequest,
  txnResponse,
  type WatchRequest,
  type WatchResponse,
  watchRequest,
  watchResponse,
} from './messages.ts';

/** PEM texts: whom to trust, and who we are. */
export interface EtcdTls {
  readonly authority: string;
  readonly certificate?: string;
  readonly key?: string;
}

export type WatchStream = ClientDuplexStream<WatchRequest, WatchResponse>;

const DEADLINE_MS = 10_000;

const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': -1,
  // A peer that vanished without a word is noticed after this.
  'grpc.keepalive_time_ms': 20_000,
  'grpc.keepalive_timeout_ms': 5_000,
  'grpc.initial_reconnect_backoff_ms': 200,
  'grpc.max_reconnect_backoff_ms': 5_000,
};

/** The calls of etcd's API that a store makes, to one of several members: the next one when one does not answer. */
export class EtcdClient {
  readonly #grpc: typeof import('@grpc/grpc-js');
  readonly #members: readonly Client[];
  readonly #clock: Clock;
  #current = 0;

  private constructor(grpc: typeof import('@grpc/grpc-js'), members: readonly Client[], clock: Clock) {
    this.#grpc = grpc;
    this.#members = members;
    this.#clock = clock;
  }

  /** Endpoints are written `http://host:port`, `https://host:port` or `host:port`. Connects at the first call. */
  static async create(
    endpoints: readonly string[],
    clock: Clock,
    tls: EtcdTls | undefined,
  ): Promise<EtcdClient> {
    // Whoever keeps the state in SQLite does not wait for gRPC to load.
    const grpc = await import('@grpc/grpc-js');
    const secure = () =>
      grpc.credentials.createSsl(bytes(tls?.authority), bytes(tls?.key), bytes(tls?.certificate));
    const members = endpoints.map((endpoint) => {
      const isSecure = tls !== undefined || endpoint.startsWith('https:');
      const credentials = isSecure ? secure() : grpc.credentials.createInsecure();
      return new grpc.Client(endpoint.replace(/^https?:\/\//, ''), credentials, CHANNEL_OPTIONS);
    });
    return new EtcdClient(grpc, members, clock);
  }

  range(request: RangeRequest): Promise<RangeResponse> {
    return this.#call('KV/Range', rangeRequest, rangeResponse, request);
  }

  txn(request: TxnRequest): Promise<TxnResponse> {
    return this.#call('KV/Txn', txnRequest, txnResponse, request);
  }

  /** Succeeds also when somebody else has compacted further. */
  async compact(revision: number): Promise<void> {
    const request: CompactionRequest = { revision };
    const isDone = (error: ServiceError) => error.code === this.#grpc.status.OUT_OF_RANGE;
    await this.#call<CompactionRequest, CompactionResponse>(
      'KV/Compact',
      compactionRequest,
      compactionResponse,
      request,
    ).catch((error: ServiceError) => {
      if (!isDone(error)) throw error;
    });
  }

  /** Opens a stream of watches. It ends with an error when its member loses its leader. */
  watch(): WatchStream {
    const metadata = new this.#grpc.Metadata();
    metadata.set('hasleader', 'true');
    return this.#member().makeBidiStreamRequest(
      '/etcdserverpb.Watch/Watch',
      (request: WatchRequest) => watchRequest.encode(request),
      (bytes) => watchResponse.decode(bytes),
      metadata,
    );
  }

  /** What follows goes to the next member. */
  giveUpOnMember(): void {
    this.#current = (this.#current + 1) % this.#members.length;
  }

  close(): void {
    for (const member of this.#members) member.close();
  }

  #isSilent({ code }: ServiceError): boolean {
    const { UNAVAILABLE, DEADLINE_EXCEEDED } = this.#grpc.status;
    return code === UNAVAILABLE || code === DEADLINE_EXCEEDED;
  }

  #member(): Client {
    return this.#members[this.#current]!;
  }

  #call<Request extends object, Response extends object>(
    method: string,
    requests: Message<Request>,
    responses: Message<Response>,
    request: Request,
  ): Promise<Response> {
    const member = this.#member();
    return new Promise((resolve, reject) => {
      member.makeUnaryRequest(
        `/etcdserverpb.${method}`,
        (message: Request) => requests.encode(message),
        (bytes) => responses.decode(bytes),
        request,
        // gRPC asks for the hour, and makes a delay of it at once.
        { deadline: this.#clock.now() + DEADLINE_MS },
        (error, response) => {
          if (error && member === this.#member() && this.#isSilent(error)) this.giveUpOnMember();
          if (response) resolve(response);
          else reject(error);
        },
      );
    });
  }
}

const bytes = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
