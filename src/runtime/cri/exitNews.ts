import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { Message } from '../../apimachinery/protobuf.ts';
import type { Cancel, Clock, EpochMs } from '../../clock/clock.ts';
import { CONTAINER_STOPPED, type ContainerEventMessage, containerEvent } from './containerMessages.ts';
import type { CriClient } from './criClient.ts';
import { nothing } from './podMessages.ts';

/** What the news themselves tell of the end. */
export interface ContainerEnd {
  readonly exitCode: number;
  readonly finishedAt: EpochMs;
}

/** Of containerd's own events API (`containerd/api/services/events/v1/events.proto`, `api/events/task.proto`). */
const subscribeRequest = new Message<{ filters: string[] }>({ filters: [1, 'text', 'many'] });

interface Timestamp {
  seconds: number;
  nanos: number;
}
interface TaskExit {
  containerId: string;
  id: string;
  exitStatus: number;
  exitedAt: Timestamp | undefined;
}
const taskExit = new Message<TaskExit>({
  containerId: [1, 'text'],
  id: [2, 'text'],
  exitStatus: [4, 'number'],
  exitedAt: [5, new Message<Timestamp>({ seconds: [1, 'number'], nanos: [2, 'number'] })],
});

/** The runtime has put a container's things away. */
interface TaskDelete {
  containerId: string;
  /** Of a command in the container. */
  id: string;
}
const taskDelete = new Message<TaskDelete>({ containerId: [1, 'text'], id: [5, 'text'] });

interface Bytes {
  bytes: Uint8Array;
}
/** The topic says which message it is. */
const undecoded = {
  encode: (message: object) => Buffer.from((message as Bytes).bytes),
  decode: (bytes: Uint8Array): Bytes => ({ bytes }),
};

interface Envelope {
  topic: string;
  event: { value: Bytes | undefined } | undefined;
}
const envelope = new Message<Envelope>({
  topic: [3, 'text'],
  event: [4, new Message<{ value: Bytes | undefined }>({ value: [2, undecoded] })],
});

const RETRY_MS = 1_000;
/** Where the runtime has nothing to tell, as CRI-O unless its `enable_pod_events` is set: the stream ends as soon as it has begun. */
const MUTE_RETRY_MS = 60_000;
const MUTE_MS = 1_000;

interface Source {
  open(client: CriClient): ClientReadableStream<object>;
  /** What is told of the end of a container; undefined when the message tells of something else. */
  newsIn(message: object): News | undefined;
}

interface News {
  readonly id: string;
  readonly hasEnded?: boolean;
  /** How it ended, if that is told too. */
  readonly end?: ContainerEnd | undefined;
  /** Whether the runtime has put its things away. */
  readonly isPutAway?: boolean;
}

const EXIT = '/tasks/exit';
const PUT_AWAY = '/tasks/delete';

/**
 * containerd's own stream comes first: it serves any number of listeners, and its releases before 1.7 have no other. CRI's is for the
 * other runtimes.
 */
const SOURCES: readonly Source[] = [
  {
    open: (client) =>
      client.stream(
        '/containerd.services.events.v1.Events/Subscribe',
        [
          subscribeRequest,
          { filters: [EXIT, PUT_AWAY].map((topic) => `topic=="${topic}",namespace==k8s.io`) },
        ],
        envelope,
      ),
    newsIn(message) {
      const { topic, event } = message as Envelope;
      const { bytes } = event?.value ?? { bytes: new Uint8Array() };
      return topic === EXIT ? exitIn(taskExit.decode(bytes)) : putAwayIn(taskDelete.decode(bytes));
    },
  },
  {
    open: (client) =>
      client.stream('/runtime.v1.RuntimeService/GetContainerEvents', [nothing, {}], containerEvent),
    newsIn(message) {
      const { containerId: id, type } = message as ContainerEventMessage;
      // CRI tells of the end when the runtime's status does.
      return type === CONTAINER_STOPPED ? { id, hasEnded: true, isPutAway: true } : undefined;
    },
  },
];

const KILLED = 137;

/** Commands in a container end, too. */
const exitIn = (exit: TaskExit): News | undefined =>
  exit.id === exit.containerId ? { id: exit.id, hasEnded: true, end: endOf(exit) } : undefined;

const putAwayIn = ({ containerId, id }: TaskDelete): News | undefined =>
  id === '' || id === containerId ? { id: containerId, isPutAway: true } : undefined;

/** Who was killed may have used too much memory, which only the runtime's own status tells. */
function endOf({ exitStatus, exitedAt }: TaskExit): ContainerEnd | undefined {
  if (!exitedAt || exitStatus === KILLED) return undefined;
  return { exitCode: exitStatus, finishedAt: exitedAt.seconds * 1000 + Math.floor(exitedAt.nanos / 1e6) };
}

interface ExitListener {
  onExit(containerId: string, end: ContainerEnd | undefined): void;
  /** The runtime's own status is about to tell of the end, too. */
  onPutAway(containerId: string): void;
  /** Nothing is told any more, perhaps for a moment only. */
  onSilence(): void;
}

/** Hears from the runtime that containers have ended, if it tells such things. */
export class ExitNews {
  readonly #client: CriClient;
  readonly #clock: Clock;
  readonly #listener: ExitListener;
  #source = 0;
  #stream: ClientReadableStream<object> | undefined;
  #cancelRetry: Cancel = () => {};
  #isClosed = false;

  constructor(client: CriClient, clock: Clock, listener: ExitListener) {
    this.#client = client;
    this.#clock = clock;
    this.#listener = listener;
    this.#listen();
  }

  /** Whether the runtime is expected to tell. If not, somebody has to ask it now and then. */
  get isListening(): boolean {
    return this.#stream !== undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelRetry();
    this.#stream?.cancel();
  }

  #listen(): void {
    const source = SOURCES[this.#source];
    if (!source || this.#isClosed) return;
    const stream = source.open(this.#client);
    this.#stream = stream;
    stream.on('data', (message: object) => {
      const news = source.newsIn(message);
      if (!news?.id) return;
      if (news.hasEnded) this.#listener.onExit(news.id, news.end);
      if (news.isPutAway) this.#listener.onPutAway(news.id);
    });
    const since = this.#clock.elapsed();
    const isMute = () => this.#clock.elapsed() - since < MUTE_MS;
    stream.on('error', (error: ServiceError) => {
      if (this.#client.isUnimplemented(error)) this.#unknown(stream);
      else this.#over(stream, RETRY_MS);
    });
    stream.on('end', () => this.#over(stream, isMute() ? MUTE_RETRY_MS : RETRY_MS));
  }

  #over(stream: ClientReadableStream<object>, retryMs: number): void {
    if (!this.#endsNow(stream)) return;
    this.#cancelRetry = this.#clock.callIn(retryMs, () => this.#listen());
  }

  #unknown(stream: ClientReadableStream<object>): void {
    if (!this.#endsNow(stream)) return;
    this.#source++;
    this.#listen();
  }

  /** A stream may say more than once that it is over. */
  #endsNow(stream: ClientReadableStream<object>): boolean {
    if (stream !== this.#stream) return false;
    this.#stream = undefined;
    if (this.#isClosed) return false;
    this.#listener.onSilence();
    return true;
  }
}
