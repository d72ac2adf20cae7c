import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { StatusError, type StatusReason } from '../../apimachinery/errors.ts';
import type { RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import { dial } from './dial.ts';
import { getFrom, type KubeletAddress, kubeletUrl, type Query } from './kubeletRequest.ts';
import type { LogOptions, PodAccess, PodReference } from './podAccess.ts';
import { openForwardedPort } from './portForwardClient.ts';
import { commandOptions, runRemoteCommand } from './remoteCommandClient.ts';
import type { StreamServer } from './spdyClient.ts';

/** Access to the pods of a node in another process, through its kubelet's HTTPS face. */
export function remotePodAccess({ host, port, tls }: KubeletAddress): PodAccess {
  const server = (path: readonly string[], query: Query = []): StreamServer => ({
    url: kubeletUrl({ host, port }, path, query),
    tls,
  });
  const dialled = (server: StreamServer): Promise<StreamServer> =>
    dial(host, port).then(
      () => server,
      (error: Error) => {
        throw unreachable(`error dialing backend: ${error.message}`);
      },
    );
  const inPod = ({ namespace, name, uid }: PodReference) => [namespace, name, uid];
  return {
    reach: () =>
      dial(host, port).catch((error: Error) => {
        throw unreachable(`Get "https://${host}:${port}/containerLogs": ${error.message}`);
      }),
    logs: (pod, container, options, signal) =>
      readLog(server(['containerLogs', pod.namespace, pod.name, container], logQuery(options)), signal),
    async exec(pod, container, command, tty, streams) {
      const query: Query = [...command.map((word) => pair('command', word)), ...streamQuery(tty, streams)];
      const kubelet = await dialled(server(['exec', ...inPod(pod), container], query));
      return runRemoteCommand(kubelet, tty, streams);
    },
    async attach(pod, container, tty, streams) {
      const kubelet = await dialled(server(['attach', ...inPod(pod), container], streamQuery(tty, streams)));
      return runRemoteCommand(kubelet, tty, streams);
    },
    portForward: async (pod, podPort) =>
      openForwardedPort(await dialled(server(['portForward', ...inPod(pod)])), podPort),
  };
}

const unreachable = (message: string) => new StatusError('InternalError', message);

const pair = (name: string, value: string): [string, string] => [name, value];

/** A kubelet's own names for the streams, which are not those of the API. */
function streamQuery(tty: boolean, streams: RemoteCommandStreams): Query {
  const { stdin, stdout, stderr } = commandOptions(tty, streams);
  const wanted = { input: stdin, output: stdout, error: stderr, tty };
  return Object.entries(wanted).flatMap(([name, is]) => (is ? [pair(name, '1')] : []));
}

function logQuery(options: LogOptions): Query {
  const { sinceTime, ...rest } = options;
  const query = Object.entries(rest).map(([name, value]) => pair(name, String(value)));
  return sinceTime === undefined ? query : [...query, pair('sinceTime', new Date(sinceTime).toISOString())];
}

async function* readLog({ url, tls }: StreamServer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    const response = await getFrom(url, { ...tls, signal });
    if (response.statusCode !== 200) throw await errorOf(response);
    yield* response;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** A kubelet answers with a text; what kind of failure it is only the code tells. */
async function errorOf(response: IncomingMessage): Promise<StatusError> {
  const code = response.statusCode ?? 500;
  const message = (await text(response)).trim();
  return new StatusError(REASONS[code] ?? 'InternalError', message, undefined, code);
}

const REASONS: Readonly<Record<number, StatusReason>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  503: 'ServiceUnavailable',
};
