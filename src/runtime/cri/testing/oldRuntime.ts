import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import type { Message } from '../../../apimachinery/protobuf.ts';
import { versionRequest, versionResponse } from '../imageMessages.ts';
import {
  type ContainerStatsMessage,
  listContainerStatsRequest,
  listContainerStatsResponse,
} from '../statsMessages.ts';

const call = <Request extends object, Response extends object>(
  method: string,
  requests: Message<Request>,
  responses: Message<Response>,
) => ({
  path: `/runtime.v1alpha2.RuntimeService/${method}`,
  requestStream: false as const,
  responseStream: false as const,
  requestSerialize: (message: Request) => requests.encode(message),
  requestDeserialize: (bytes: Buffer) => requests.decode(bytes),
  responseSerialize: (message: Response) => responses.encode(message),
  responseDeserialize: (bytes: Buffer) => responses.decode(bytes),
});

const SERVICE = {
  Version: call('Version', versionRequest, versionResponse),
  ListContainerStats: call('ListContainerStats', listContainerStatsRequest, listContainerStatsResponse),
};

type Answer<Response> = (error: null, response: Response) => void;

/** Speaks the old version of CRI only, in which nothing is counted of sandboxes, and tells of these containers. */
export async function startOldRuntime(stats: ContainerStatsMessage[]) {
  const directory = await mkdtemp(join(tmpdir(), 'sampan-old-'));
  const socket = join(directory, 'cri.sock');
  const server = new Server();
  server.addService(SERVICE, {
    Version: (_call: unknown, answer: Answer<object>) =>
      answer(null, { runtimeName: 'old', runtimeVersion: '1' }),
    ListContainerStats: (_call: unknown, answer: Answer<object>) => answer(null, { stats }),
  });
  await promisify(server.bindAsync.bind(server))(`unix://${socket}`, ServerCredentials.createInsecure());
  const stop = async () => {
    server.forceShutdown();
    await rm(directory, { recursive: true });
  };
  return { socket, stop };
}
