import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  Server,
  ServerCredentials,
  type ServerWritableStream,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { type ContainerEventMessage, containerEvent } from '../containerMessages.ts';
import { type VersionResponse, versionRequest, versionResponse } from '../imageMessages.ts';
import { nothing } from '../podMessages.ts';

const SERVICE = {
  Version: {
    path: '/runtime.v1.RuntimeService/Version',
    requestStream: false,
    responseStream: false,
    requestSerialize: (message: { version: string }) => versionRequest.encode(message),
    requestDeserialize: (bytes: Buffer) => versionRequest.decode(bytes),
    responseSerialize: (message: VersionResponse) => versionResponse.encode(message),
    responseDeserialize: (bytes: Buffer) => versionResponse.decode(bytes),
  },
  GetContainerEvents: {
    path: '/runtime.v1.RuntimeService/GetContainerEvents',
    requestStream: false,
    responseStream: true,
    requestSerialize: (message: object) => nothing.encode(message),
    requestDeserialize: (bytes: Buffer) => nothing.decode(bytes),
    responseSerialize: (message: ContainerEventMessage) => containerEvent.encode(message),
    responseDeserialize: (bytes: Buffer) => containerEvent.decode(bytes),
  },
};

type Listener = ServerWritableStream<object, ContainerEventMessage>;

/** Speaks as much of CRI as it takes to be told by it of containers; or of none, as by CRI-O unless it is told to. */
export class EventRuntime {
  readonly #directory: string;
  readonly #isMute: boolean;
  readonly #server = new Server();
  readonly #listeners: Listener[] = [];
  /** How often it was asked for events. */
  asked = 0;

  private constructor(directory: string, isMute: boolean) {
    this.#directory = directory;
    this.#isMute = isMute;
  }

  static async start({ isMute = false } = {}): Promise<EventRuntime> {
    const runtime = new EventRuntime(await mkdtemp(join(tmpdir(), 'sampan-events-')), isMute);
    runtime.#server.addService(SERVICE, runtime.#handlers());
    const bind = promisify(runtime.#server.bindAsync.bind(runtime.#server));
    await bind(`unix://${runtime.socket}`, ServerCredentials.createInsecure());
    return runtime;
  }

  get socket(): string {
    return join(this.#directory, 'cri.sock');
  }

  tell(containerId: string, type: number): void {
    for (const listener of this.#listeners) listener.write({ containerId, type });
  }

  async stop(): Promise<void> {
    this.#server.forceShutdown();
    await rm(this.#directory, { recursive: true });
  }

  #handlers(): UntypedServiceImplementation {
    return {
      Version: (_call: unknown, answer: (error: null, response: VersionResponse) => void) =>
        answer(null, { runtimeName: 'events', runtimeVersion: '1' }),
      GetContainerEvents: (listener: Listener) => {
        this.asked++;
        if (this.#isMute) listener.end();
        else this.#listeners.push(listener);
      },
    };
  }
}
