import type { ClientReadableStream, ServiceError } from '@grpc/grpc-js';
import { Message } from '../../apimachinery/protobuf.ts';
import { type Cancel, type Clock, callAfter, type EpochMs } from '../../clock/clock.ts';
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
interface Envelope {
  event: { value: TaskExit | undefined } | undefined;
}
const envelope = new Message<Envelope>({
  event: [
    4,
    new Message<{ value: TaskExit | undefined }>({
      value: [
        2,
        new Message<TaskExit>({
          containerId: [1, 'text'],
          id: [2, 'text'],
          exitStatus: [4, 'number'],
          exitedAt: [5, new Message<Timestamp>({ seconds: [1, 'number'], nanos: [2, 'number'] })],
        }),
      ],
    }),
  ],
});

const containerEvent = new Message<{ containerId: string }>({ containerId: [1, 'text'] });

const RETRY_MS = 1_000;

interface Source {
  open(client: CriClient): ClientReadableStream<object>;
  /** The container of which something has ended, and how if that is told too. */
  exitIn(message: object): Exit | undefined;
}

interface Exit {
  readonly id: string;
  readonly end: ContainerEnd | undefined;
}

/**
 * containerd's own stream comes first: it serves any number of listeners, and its releases before 1.7 have no other. CRI's is for the
 * other runtimes.
 */
const SOURCES: readonly Source[] = [
  {
    open: (client) =>
      client.stream(
        '/containerd.services.events.v1.Events/Subscribe',
        [subscribeRequest, { filters: ['topic=="/tasks/exit",namespace==k8s.io'] }],
        envelope,
      ),
    exitIn(message) {
      const exit = (message as Envelope).event?.value;
      return exit && exit.id === exit.containerId ? { id: exit.id, end: endOf(exit) } : undefined;
    },
  },
  {
    open: (client) =>
      client.stream('/runtime.v1.RuntimeService/GetContainerEvents', [nothing, {}], containerEvent),
    exitIn: (message) => ({ id: (message as { containerId: string }).containerId, end: undefined }),
  },
];

const KILLED = 137;

/** Who was killed may have used too much memory, which only the runtime's own status tells. */
function endOf({ exitStatus, exitedAt }: TaskExit): ContainerEnd | undefined {
  if (!exitedAt || exitStatus === KILLED) return undefined;
  return { exitCode: exitStatus, finishedAt: exitedAt.seconds * 1000 + Math.floor(exitedAt.nanos / 1e6) };
}

type ExitListener = (containerId: string, end: ContainerEnd | undefined) => void;

/** Hears from the runtime that containers have ended, if it tells such things. */
export class ExitNews {
  readonly #client: CriClient;
  readonly #clock: Clock;
  readonly #onExit: ExitListener;
  readonly #onSilence: () => void;
  #source = 0;
  #stream: ClientReadableStream<object> | undefined;
  #cancelRetry: Cancel = () => {};
  #isClosed = false;

  /** `onSilence`: nothing is told any more, perhaps for a moment only. */
  constructor(
    client: CriClient,
    clock: Clock,
    { onExit, onSilence }: { onExit: ExitListener; onSilence: () => void },
  ) {
    this.#client = client;
    this.#clock = clock;
    this.#onExit = onExit;
    this.#onSilence = onSilence;
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
      const exit = source.exitIn(message);
      if (exit?.id) this.#onExit(exit.id, exit.end);
    });
    stream.on('error', (error: ServiceError) => this.#broken(stream, this.#client.isUnimplemented(error)));
    stream.on('end', () => this.#broken(stream, false));
  }

  /** A stream may say more than once that it is over. */
  #broken(stream: ClientReadableStream<object>, isUnknown: boolean): void {
    if (stream !== this.#stream) return;
    this.#stream = undefined;
    if (this.#isClosed) return;
    this.#onSilence();
    if (!isUnknown) {
      this.#cancelRetry = callAfter(this.#clock, RETRY_MS, () => this.#listen());
      return;
    }
    this.#source++;
    this.#listen();
  }
}
