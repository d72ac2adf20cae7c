import { once } from 'node:events';
import http, { type OutgoingHttpHeaders } from 'node:http';
import { connect, type Socket } from 'node:net';
import { PassThrough, Readable, Writable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { finished } from 'node:stream/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { badRequest } from '../../apimachinery/errors.ts';
import type { RemoteCommandResult, RemoteCommandStreams } from '../../apimachinery/remoteCommand.ts';
import { runRemoteCommand } from './remoteCommandClient.ts';
import { type Run, runProcess, startPodServer } from './testing/podServer.ts';

const EXEC = '/api/v1/namespaces/default/pods/web/exec';
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function serve(run?: Run): Promise<string> {
  const server = await startPodServer(run);
  cleanups.push(server.close);
  return server.url;
}

describe('a request that cannot be upgraded gets a Status', () => {
  const webSocket = { Upgrade: 'websocket', 'Sec-WebSocket-Version': '13' };
  const key = { 'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==' };
  const spdy = { Upgrade: 'SPDY/3.1' };
  const cases: Record<string, { query?: string; headers: OutgoingHttpHeaders; want: string }> = {
    'when it wants nothing': {
      query: '',
      headers: spdy,
      want: '400 BadRequest: you must specify at least 1 of stdin, stdout, stderr',
    },
    'when it wants another upgrade': {
      headers: { Upgrade: 'h2c' },
      want: '400 BadRequest: Upgrade request required',
    },
    'when it names no protocol over SPDY': {
      headers: spdy,
      want: '400 BadRequest: unable to upgrade: X-Stream-Protocol-Version is required',
    },
    'when it speaks no protocol of ours over SPDY': {
      headers: { ...spdy, 'X-Stream-Protocol-Version': ['v9.channel.k8s.io', 'v8.channel.k8s.io'] },
      want:
        '403 Forbidden: unable to upgrade: unable to negotiate protocol: client supports [v9.channel.k8s.io ' +
        'v8.channel.k8s.io], server accepts [v4.channel.k8s.io v3.channel.k8s.io v2.channel.k8s.io channel.k8s.io]',
    },
    'when it speaks no protocol of ours over WebSocket': {
      headers: { ...webSocket, ...key, 'Sec-WebSocket-Protocol': 'graphql-ws' },
      want:
        '400 BadRequest: requested protocol(s) are not supported: [graphql-ws]; supports [v5.channel.k8s.io ' +
        'v4.channel.k8s.io v4.base64.channel.k8s.io channel.k8s.io base64.channel.k8s.io]',
    },
    'when its handshake is none': {
      headers: webSocket,
      want: '400 BadRequest: Missing or invalid Sec-WebSocket-Key header',
    },
  };
  for (const [name, { query = 'stdout=true', headers, want }] of Object.entries(cases)) {
    test(name, async () => {
      const url = await serve();
      const request = http.get(`${url}${EXEC}?${query}`, { headers: { Connection: 'Upgrade', ...headers } });
      const [response] = await once(request, 'response');
      const status = JSON.parse(await text(response));
      expect(`${response.statusCode} ${status.reason}: ${status.message}`).toBe(want);
    });
  }
});

/** What a WebSocket client hears until it is closed, one line for each message. */
async function hear(run: Run, protocol: string | undefined, says: (Buffer | string)[] = [], query = '') {
  const url = (await serve(run)).replace('http', 'ws');
  const all = `stdin=true&stdout=true&stderr=true&command=x${query}`;
  const socket = new WebSocket(`${url}${EXEC}?${all}`, protocol ? [protocol] : []);
  const heard: string[] = [];
  socket.on('message', (message: Buffer, isBinary) => {
    const channel = isBinary ? message[0] : String(message)[0];
    const data = isBinary ? message.subarray(1) : Buffer.from(message.toString().slice(1), 'base64');
    if (data.length > 0) heard.push(`${channel}: ${data}`);
  });
  socket.once('open', () => {
    for (const message of says) socket.send(message);
  });
  const [code] = await once(socket, 'close');
  expect([socket.protocol, code]).toEqual([protocol ?? '', 1000]);
  return heard;
}

const firstInput: Run = async (_command, { stdin, stdout }) => {
  const [line] = await once(stdin!, 'data');
  stdout!.write(`heard ${line}`);
  return { kind: 'exited', exitCode: 2 };
};
const exit2 =
  '3: {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure",' +
  '"message":"command terminated with non-zero exit code: exit status 2","reason":"NonZeroExitCode",' +
  '"details":{"causes":[{"reason":"ExitCode","message":"2"}]}}';
const text2 = '3: command terminated with non-zero exit code: exit status 2';

describe('each subprotocol of WebSocket carries input, output and the exit', () => {
  const cases: Record<string, { protocol?: string; says: string | Buffer; exit: string }> = {
    v5: { protocol: 'v5.channel.k8s.io', says: Buffer.from('\0hi'), exit: exit2 },
    v4: { protocol: 'v4.channel.k8s.io', says: Buffer.from('\0hi'), exit: exit2 },
    'v4 in base64': { protocol: 'v4.base64.channel.k8s.io', says: '0aGk=', exit: exit2 },
    v1: { protocol: 'channel.k8s.io', says: Buffer.from('\0hi'), exit: text2 },
    'v1 in base64': { protocol: 'base64.channel.k8s.io', says: '0aGk=', exit: text2 },
    'none at all': { says: Buffer.from('\0hi'), exit: text2 },
  };
  for (const [name, { protocol, says, exit }] of Object.entries(cases)) {
    test(name, async () => expect(await hear(firstInput, protocol, [says])).toEqual(['1: heard hi', exit]));
  }
});

const allInput: Run = async (_command, { stdin, stdout }) => {
  stdout!.write(await text(stdin!));
  return { kind: 'exited', exitCode: 0 };
};
const success = '3: {"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success"}';

test('v5 closes the input alone', async () => {
  const says = [Buffer.from('\0one '), Buffer.from('\0two'), Buffer.of(255, 0), Buffer.from('\0late')];
  expect(await hear(allInput, 'v5.channel.k8s.io', says)).toEqual(['1: one two', success]);
});

test('before v5 nothing closes the input', async () => {
  const says = [Buffer.of(255, 0), Buffer.from('\0hi')];
  expect(await hear(firstInput, 'v4.channel.k8s.io', says)).toEqual(['1: heard hi', exit2]);
});

test('messages on channels that nobody has are passed over', async () => {
  const says = [
    Buffer.of(),
    Buffer.of(9, 9),
    Buffer.of(255),
    Buffer.of(255, 77),
    Buffer.of(4, 1),
    Buffer.of(255, 0),
  ];
  expect(await hear(allInput, 'v5.channel.k8s.io', says)).toEqual([success]);
});

test('a terminal has sizes and one output', async () => {
  const run: Run = async (_command, { stdout, stderr, resize }) => {
    for await (const { width, height } of resize) {
      stdout!.write(`${width}x${height} ${stderr}`);
      break;
    }
    return { kind: 'exited', exitCode: 0 };
  };
  const says = [Buffer.from('\x04{"Width":80,"Height":24}')];
  expect(await hear(run, 'v4.channel.k8s.io', says, '&tty=true')).toEqual(['1: 80x24 undefined', success]);
});

test('input that nobody reads waits at the client, and arrives once somebody does', async () => {
  const reading = Promise.withResolvers<void>();
  const run: Run = async (_command, { stdin, stdout }) => {
    await reading.promise;
    let size = 0;
    for await (const chunk of stdin!) size += chunk.length;
    stdout!.write(String(size));
    return { kind: 'exited', exitCode: 0 };
  };
  const url = (await serve(run)).replace('http', 'ws');
  const socket = new WebSocket(`${url}${EXEC}?stdin=true&stdout=true`, ['v5.channel.k8s.io']);
  await once(socket, 'open');
  let left = 0;
  for (let i = 0; i < 640; i++) socket.send(Buffer.alloc(65_537), () => left++);
  socket.send(Buffer.of(255, 0));
  while (await grows(() => left));
  expect(left).toBeLessThan(500);
  reading.resolve();
  const heard: string[] = [];
  socket.on('message', (message: Buffer) => heard.push(message.toString('latin1', 1)));
  await once(socket, 'close');
  expect(heard[0]).toBe(String(640 * 65_536));
});
/** Whether a number is still growing when everything has had many turns. */
async function grows(number: () => number): Promise<boolean> {
  const before = number();
  for (let turn = 0; turn < 1_000; turn++) await new Promise(setImmediate);
  return number() > before;
}

describe('a command that fails', () => {
  const cases: Record<string, { run: Run; want: string }> = {
    'to be run says so': {
      run: async () => ({ kind: 'failed', message: 'no shell' }),
      want: 'InternalError 500 Internal error occurred: no shell',
    },
    'with a StatusError passes it on': {
      run: () => Promise.reject(badRequest('container main is not running')),
      want: 'BadRequest 400 container main is not running',
    },
    'unexpectedly is an internal error': {
      run: () => {
        throw new Error('boom');
      },
      want: 'InternalError 500 Internal error occurred: boom',
    },
  };
  for (const [name, { run, want }] of Object.entries(cases)) {
    test(name, async () => {
      const [heard] = await hear(run, 'v5.channel.k8s.io');
      const { reason, code, message } = JSON.parse(heard!.slice(3));
      expect(`${reason} ${code} ${message}`).toBe(want);
    });
  }
});

describe('our own client', () => {
  const signal = new AbortController().signal;
  const none = Readable.from([]) as AsyncIterable<never>;
  const exec = (url: string, command: string[], streams: Partial<RemoteCommandStreams>) => {
    const query = new URLSearchParams(command.map((word) => ['command', word]));
    for (const name of ['stdin', 'stdout', 'stderr'] as const) if (streams[name]) query.set(name, 'true');
    const ends = { stdin: undefined, stdout: undefined, stderr: undefined, resize: none, signal, ...streams };
    return runRemoteCommand({ url: new URL(`${url}${EXEC}?${query}`) }, false, ends);
  };

  test('carries megabytes through a command, both ways at once', async () => {
    const sent = Buffer.alloc(6_000_000, '0123456789');
    const stdout = new PassThrough();
    const received = buffer(stdout);
    const result: RemoteCommandResult = await exec(await serve(), ['cat'], {
      stdin: Readable.from([sent.subarray(0, 3_000_000), sent.subarray(3_000_000)]),
      stdout,
    });
    stdout.end();
    expect(result).toEqual({ kind: 'exited', exitCode: 0 });
    expect((await received).equals(sent)).toBe(true);
  });

  test('holds a command back that writes faster than it reads', async () => {
    let written = 0;
    const url = await serve(async (_command, { stdout }) => {
      for (; written < 50_000_000 && stdout!.write(Buffer.alloc(65_536)); ) written += 65_536;
      return { kind: 'exited', exitCode: 0 };
    });
    let received = 0;
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        setImmediate(done);
      },
    });
    await exec(url, ['x'], { stdout });
    expect(written).toBeLessThan(1_000_000);
    await finished(stdout.end());
    expect(received).toBeGreaterThanOrEqual(written);
  });

  test('hears of a server that vanishes', async () => {
    const server = await startPodServer(() => new Promise(() => server.close()));
    expect(await exec(server.url, ['x'], { stdout: new PassThrough() })).toEqual({
      kind: 'failed',
      message: 'the connection was lost',
    });
  });

  test('rejects with the Status of a server that will not upgrade', async () => {
    await expect(exec(await serve(), ['x'], {})).rejects.toMatchObject({
      reason: 'BadRequest',
      message: 'you must specify at least 1 of stdin, stdout, stderr',
    });
  });
});

describe('whatever a client sends once it is upgraded', () => {
  const upgrades = {
    'over SPDY': 'Upgrade: SPDY/3.1\r\nX-Stream-Protocol-Version: v4.channel.k8s.io',
    'over WebSocket':
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n' +
      'Sec-WebSocket-Protocol: v5.channel.k8s.io',
  };
  for (const [name, headers] of Object.entries(upgrades)) {
    test(`the server lives on, ${name}`, async () => {
      const url = await serve(runProcess);
      const bytes = fc.uint8Array({ minLength: 1, maxLength: 200 });
      const frames = bytes.map((body) =>
        Buffer.from([0x80, 3, 0, (body[0]! % 9) + 1, 0, 0, 0, body.length, ...body]),
      );
      await fc.assert(
        fc.asyncProperty(fc.array(fc.oneof(bytes, frames), { maxLength: 4 }), async (garbage) => {
          const socket = await upgraded(url, headers);
          for (const piece of garbage) socket.write(piece);
          socket.end();
          socket.resume();
          await once(socket, 'close');
        }),
        { numRuns: 50 },
      );
      expect((await fetch(`${url}/api`)).status).toBe(200);
    });
  }
});

async function upgraded(url: string, headers: string): Promise<Socket> {
  const socket = connect({ port: Number(new URL(url).port), host: '127.0.0.1' });
  socket.on('error', () => {}); // the server may hang up while we still write
  const path = `${EXEC}?stdout=true&stdin=true&command=cat`;
  socket.write(`GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n${headers}\r\n\r\n`);
  await once(socket, 'readable');
  return socket;
}
