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
    responseSerialize: (message: object) => nothing.encode(message),
    responseDeserialize: (bytes: Buffer) => nothing.decode(bytes),
  },
};

/** Speaks as much of CRI as it takes to find out that it has no events to tell: as CRI-O, unless it is told to have some. */
export class MuteRuntime {
  readonly #directory: string;
  readonly #server = new Server();
  /** How often it was asked for events. */
  asked = 0;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async start(): Promise<MuteRuntime> {
    const runtime = new MuteRuntime(await mkdtemp(join(tmpdir(), 'sampan-mute-')));
    runtime.#server.addService(SERVICE, runtime.#handlers());
    const bind = promisify(runtime.#server.bindAsync.bind(runtime.#server));
    await bind(`unix://${runtime.socket}`, ServerCredentials.createInsecure());
    return runtime;
  }

  get socket(): string {
    return join(this.#directory, 'cri.sock');
  }

  async stop(): Promise<void> {
    this.#server.forceShutdown();
    await rm(this.#directory, { recursive: true });
  }

  #handlers(): UntypedServiceImplementation {
    return {
      Version: (_call: unknown, answer: (error: null, response: object) => void) =>
        answer(null, { runtimeName: 'mute', runtimeVersion: '1' }),
      GetContainerEvents: (call: ServerWritableStream<object, object>) => {
        this.asked++;
        call.end();
      },
    };
  }
}
