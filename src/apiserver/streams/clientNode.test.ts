import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Attach, Exec, KubeConfig, PortForward, type V1Status } from '@kubernetes/client-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runProcess, startPodServer } from './testing/podServer.ts';

let server: Awaited<ReturnType<typeof startPodServer>>;
const config = new KubeConfig();
beforeAll(async () => {
  server = await startPodServer((command, streams) =>
    runProcess(command.length > 0 ? command : ['echo', 'attached'], streams),
  );
  config.loadFromClusterAndUser(
    { name: 'pods', server: server.url, skipTLSVerify: true },
    { name: 'somebody' },
  );
});
afterAll(() => server.close());

test('the JavaScript client runs a command', async () => {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const ended = Promise.withResolvers<V1Status>();
  const command = ['sh', '-c', 'cat; echo err >&2; exit 4'];
  const stdin = Readable.from([Buffer.from('hello')]);
  await new Exec(config).exec('default', 'web', 'main', command, stdout, stderr, stdin, false, ended.resolve);
  const status = await ended.promise;
  expect(status.details?.causes).toEqual([{ reason: 'ExitCode', message: '4' }]);
  expect([await text(stdout), await text(stderr)]).toEqual(['hello', 'err\n']);
});

test('the JavaScript client attaches', async () => {
  const stdout = new PassThrough();
  const socket = await new Attach(config).attach('default', 'web', 'main', stdout, null, null, false);
  expect(socket.protocol).toBe('v5.channel.k8s.io');
  await once(socket, 'close');
  expect(String(stdout.read())).toBe('attached\n');
});

test('the JavaScript client forwards a port', async () => {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const { port } = echo.address() as AddressInfo;
  const [output, input] = [new PassThrough(), new PassThrough()];
  const socket = await new PortForward(config).portForward('default', 'web', [port], output, null, input);
  input.write('there and back');
  expect(String((await once(output, 'data'))[0])).toBe('there and back');
  input.end();
  if ('close' in socket) await once(socket, 'close');
  echo.close();
});
