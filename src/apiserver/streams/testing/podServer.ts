import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, connect as connectTcp } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RemoteCommandResult, RemoteCommandStreams } from '../../../apimachinery/remoteCommand.ts';
import { servePortForward } from '../portForward.ts';
import { serveRemoteCommand } from '../remoteCommand.ts';

/** How an exec or attach is answered. */
export type Run = (command: string[], streams: RemoteCommandStreams) => Promise<RemoteCommandResult>;

/** Runs the command as a process of this machine. */
export const runProcess: Run = async ([file, ...args], { stdin, stdout, stderr, signal }) => {
  const child = spawn(file!, args, { signal, killSignal: 'SIGKILL' });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  if (stdin) stdin.pipe(child.stdin);
  else child.stdin.end();
  if (stdout) child.stdout.pipe(stdout);
  if (stderr) child.stderr.pipe(stderr);
  const [exitCode] = await once(child, 'close');
  return { kind: 'exited', exitCode: exitCode ?? 137 };
};

/** An API server with one running pod, `web`: just enough for kubectl to stream with it. */
export async function startPodServer(run: Run = runProcess) {
  const server = createServer(answer);
  /** Resolves, one after the other, when a streaming request is over. */
  const sessions: Promise<void>[] = [];
  /** The subprotocols that clients asked for, one entry for each request. */
  const asked: string[] = [];
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request, socket, head) => {
    sockets.add(socket);
    const { headers } = request;
    asked.push(String(headers['sec-websocket-protocol'] ?? headers['x-stream-protocol-version']));
    sessions.push(stream(request, socket, head, run));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    for (const socket of sockets) socket.destroy();
    server.closeAllConnections();
    server.close();
  };
  return { url, sessions, asked, close };
}

function stream(request: IncomingMessage, socket: Duplex, head: Buffer, run: Run): Promise<void> {
  const { pathname, searchParams } = new URL(request.url!, 'http://localhost');
  if (pathname.endsWith('/portforward'))
    return servePortForward(request, socket, head, async (port) => {
      const target = connectTcp({ port, host: '127.0.0.1', allowHalfOpen: true });
      await once(target, 'connect');
      return target;
    });
  const is = (name: string) => searchParams.get(name) === 'true';
  const options = { stdin: is('stdin'), stdout: is('stdout'), stderr: is('stderr'), tty: is('tty') };
  return serveRemoteCommand(request, socket, head, options, (streams) =>
    run(searchParams.getAll('command'), streams),
  );
}

const pod = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'default', uid: '1234' },
  spec: { containers: [{ name: 'main', image: 'web', stdin: true, tty: false }] },
  status: { phase: 'Running' },
};
const podResource = { name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get'] };
const answers: Record<string, unknown> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [podResource] },
  '/api/v1/namespaces/default/pods/web': pod,
};

function answer(request: IncomingMessage, response: ServerResponse): void {
  const body = answers[new URL(request.url!, 'http://localhost').pathname];
  const notFound = { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason: 'NotFound', code: 404 };
  response.writeHead(body ? 200 : 404, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body ?? notFound));
}
