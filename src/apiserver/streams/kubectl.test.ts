import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';

import { type KubectlVersion, kubectlPath } from '../../../test/support/kubectl.ts';
import { type Run, runProcess, startPodServer } from './testing/podServer.ts';

const big = Buffer.alloc(16 * 1_048_576, 'kubernetes is a helmsman; ');
const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

/** Each version, and what it asks for. */
const kubectls: { version: KubectlVersion; exec: string; portForward: string; env?: NodeJS.ProcessEnv }[] = [
  { version: 'v1.20.0', exec: 'v4.channel.k8s.io', portForward: 'portforward.k8s.io' },
  { version: 'v1.35.2', exec: 'v5.channel.k8s.io', portForward: 'SPDY/3.1+portforward.k8s.io' },
  {
    version: 'v1.35.2',
    exec: 'v4.channel.k8s.io',
    portForward: 'portforward.k8s.io',
    env: { KUBECTL_REMOTE_COMMAND_WEBSOCKETS: 'false', KUBECTL_PORT_FORWARD_WEBSOCKETS: 'false' },
  },
];

for (const { version, env, ...protocols } of kubectls) {
  describe(`kubectl ${version}${env ? ' without WebSockets' : ''}`, () => {
    let home: string;
    let kubectl: string;
    const cleanups: (() => unknown)[] = [];
    beforeAll(async () => {
      kubectl = await kubectlPath(version);
      home = await mkdtemp(join(tmpdir(), 'streams-'));
    });
    afterEach(() => {
      for (const cleanup of cleanups.splice(0)) cleanup();
    });
    afterAll(() => rm(home, { recursive: true, force: true }));

    async function server(run?: Run) {
      const started = await startPodServer(run);
      cleanups.push(started.close);
      return started;
    }
    function start(
      url: string,
      args: string[],
      through?: (command: string) => [string, ...string[]],
    ): ChildProcess {
      const all = [kubectl, `--server=${url}`, `--cache-dir=${home}/cache`, ...args];
      const [file, ...rest] = through?.(all.join(' ')) ?? (all as [string, ...string[]]);
      const child = spawn(file, rest, {
        env: { PATH: process.env.PATH, HOME: home, KUBECONFIG: '/dev/null', ...env },
      });
      cleanups.push(() => child.kill('SIGKILL'));
      return child;
    }
    async function outcome(child: ChildProcess, input: string | Buffer = '') {
      child.stdin!.on('error', () => {});
      child.stdin!.end(input);
      const [stdout, stderr, [code]] = await Promise.all([
        buffer(child.stdout!),
        text(child.stderr!),
        once(child, 'exit'),
      ]);
      return { stdout, stderr, code };
    }
    const exec = (url: string, ...args: string[]) => start(url, ['exec', ...args]);

    test('exec shows both outputs and the exit code', async () => {
      const { url, asked } = await server();
      const { stdout, stderr, code } = await outcome(
        exec(url, 'web', '--', 'sh', '-c', 'echo out; echo err >&2; exit 7'),
      );
      expect([stdout.toString(), stderr, code]).toEqual([
        'out\n',
        'err\ncommand terminated with exit code 7\n',
        7,
      ]);
      expect(asked).toEqual([expect.stringContaining(protocols.exec)]);
    });

    test('exec -i ends the input of the command, megabytes later', async () => {
      const { url } = await server();
      const { stdout, code } = await outcome(exec(url, '-i', 'web', '--', 'cat'), big);
      expect([digest(stdout), code]).toEqual([digest(big), 0]);
    });

    test('exec -i is over when the command is, however much input is left', async () => {
      const { url, sessions } = await server(async (_command, { stdin, stdout }) => {
        await untilHeldUp(stdin!);
        stdout!.write('enough');
        return { kind: 'exited', exitCode: 0 };
      });
      const { stdout, code } = await outcome(exec(url, '-i', 'web', '--', 'sh'), big);
      expect([stdout.toString(), code]).toEqual(['enough', 0]);
      await Promise.all(sessions);
    });

    test('a command that cannot be run says why', async () => {
      const { url } = await server(async () => ({ kind: 'failed', message: 'no such file: "nonesuch"' }));
      const { stderr, code } = await outcome(exec(url, 'web', '--', 'nonesuch'));
      expect(stderr).toContain('Internal error occurred: no such file: "nonesuch"');
      expect(code).toBe(1);
    });

    test('exec -it has a terminal, with its size', async () => {
      const { url } = await server(async (_command, { stdin, stdout, stderr, resize }) => {
        expect(stderr).toBeUndefined();
        for await (const { width, height } of resize) {
          if (width === 0) continue;
          stdout!.write(`${width}x${height}\n`);
          break;
        }
        stdin!.once('data', (line: Buffer) => stdout!.end(`heard ${line}`));
        await once(stdout!, 'finish');
        return { kind: 'exited', exitCode: 3 };
      });
      const child = start(url, ['exec', '-it', 'web', '--', 'sh'], (command) => [
        'script',
        '-qec',
        `stty rows 33 cols 99; ${command}`,
        '/dev/null',
      ]);
      child.stdin!.write('hello\r');
      const [stdout, [code]] = await Promise.all([text(child.stdout!), once(child, 'exit')]);
      expect(stdout).toContain('99x33');
      expect(stdout).toContain('heard hello');
      expect(code).toBe(3);
    });

    test('attach -i joins the input and the output of the container', async () => {
      const { url } = await server((_command, streams) => runProcess(['tr', 'a-z', 'A-Z'], streams));
      const { stdout, code } = await outcome(start(url, ['attach', '-i', 'web']), 'quiet');
      expect([stdout.toString(), code]).toEqual(['QUIET', 0]);
    });

    test('cp carries a file to the pod and back', async () => {
      const { url } = await server();
      const [from, there, back] = ['from', 'there', 'back'].map((name) => join(home, name));
      await writeFile(from!, big);
      await outcome(start(url, ['cp', from!, `web:${there}`]));
      await outcome(start(url, ['cp', `web:${there}`, back!]));
      expect(digest(await readFile(back!))).toBe(digest(big));
    });

    test('the command hears of it when kubectl is killed', async () => {
      const lost = Promise.withResolvers<void>();
      const running = Promise.withResolvers<void>();
      const { url } = await server(async (_command, { signal }) => {
        running.resolve();
        signal.addEventListener('abort', () => lost.resolve());
        await lost.promise;
        return { kind: 'exited', exitCode: 0 };
      });
      const child = exec(url, 'web', '--', 'sleep', 'infinity');
      await running.promise;
      child.kill('SIGKILL');
      await lost.promise;
    });

    test('port-forward carries connections side by side, and says when there is nobody', async () => {
      const { url, asked } = await server();
      const echo = await listen(createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket)));
      cleanups.push(() => echo.server.close());
      const child = start(url, ['port-forward', 'pod/web', `:${echo.port}`, ':1']);
      const [there, nobody] = await forwardedPorts(child);
      const answers = await Promise.all([big, Buffer.from('small')].map((bytes) => ask(there!, bytes)));
      expect(answers.map(digest)).toEqual([digest(big), digest(Buffer.from('small'))]);
      const complaint = until(child.stderr!, /error forwarding port|ECONNREFUSED/);
      await ask(nobody!, Buffer.from('hello')).catch(() => {});
      await complaint;
      expect(asked).toEqual([protocols.portForward]);
    });
  });
}

async function listen(server: Server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, port: (server.address() as AddressInfo).port };
}

/** Reads nothing, until the client has sent all that it may. */
async function untilHeldUp(input: Readable): Promise<void> {
  await once(input, 'readable');
  for (let turn = 0; turn < 2_000; turn++) await new Promise(setImmediate);
  expect(input.readableLength).toBeGreaterThan(0);
}

/** The local ports of a `kubectl port-forward` of two ports, in their order. */
async function forwardedPorts(child: ChildProcess): Promise<number[]> {
  const ports: number[] = [];
  for await (const line of createInterface(child.stdout!)) {
    const port = /Forwarding from 127\.0\.0\.1:(\d+)/.exec(line)?.[1];
    if (port) ports.push(Number(port));
    if (ports.length === 2) break;
  }
  return ports;
}

async function ask(port: number, question: Buffer): Promise<Buffer> {
  const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
  socket.end(question);
  return buffer(socket);
}

async function until(stream: Readable, pattern: RegExp): Promise<void> {
  let seen = '';
  for await (const chunk of stream) {
    seen += chunk;
    if (pattern.test(seen)) return;
  }
}
