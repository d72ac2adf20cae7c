import { once } from 'node:events';
import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { type Duplex, duplexPair } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { joinStreams, parsePort } from './forwardedPort.ts';
import { openForwardedPort } from './portForwardClient.ts';
import { connectSpdy } from './spdyClient.ts';
import { startPodServer } from './testing/podServer.ts';

const PATH = '/api/v1/namespaces/default/pods/web/portforward';
const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

async function podServer(): Promise<URL> {
  const server = await startPodServer();
  cleanups.push(server.close);
  return new URL(server.url + PATH);
}

/** A server in the pod that answers with what it heard, in capitals, once it has heard all. */
async function shouter(): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, async (socket) => {
    const heard: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => heard.push(chunk));
    socket.on('end', () => socket.end(Buffer.concat(heard).toString().toUpperCase()));
    socket.on('error', () => {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe('a number of a port', () => {
  const cases: Record<string, number | undefined> = {
    '1': 1,
    '65535': 65_535,
    '0': undefined,
    '65536': undefined,
    '-1': undefined,
    '8e1': undefined,
    ' 80': undefined,
    '': undefined,
  };
  for (const [written, want] of Object.entries(cases)) {
    test(`"${written}" is ${want ?? 'none'}`, () => expect(parsePort(written)).toBe(want));
  }
});

describe('over SPDY', () => {
  test('each direction has its own end', async () => {
    const stream = await openForwardedPort({ url: await podServer() }, await shouter());
    stream.end('hello');
    expect(await text(stream)).toBe('HELLO');
  });

  test('a connection that the client drops is dropped in the pod', async () => {
    const taken = Promise.withResolvers<void>();
    const dropped = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket
        .resume()
        .on('error', () => {})
        .on('close', () => dropped.resolve());
      taken.resolve();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const stream = await openForwardedPort(
      { url: await podServer() },
      (server.address() as AddressInfo).port,
    );
    await taken.promise;
    stream.destroy();
    await dropped.promise;
  });

  const refused: Record<string, [string, string][]> = {
    'without a port': [
      ['streamtype', 'data'],
      ['requestid', '1'],
    ],
    'of an unknown type': [
      ['streamtype', 'stdin'],
      ['port', '80'],
      ['requestid', '1'],
    ],
    'that belongs to no pair': [
      ['streamtype', 'data'],
      ['port', '80'],
    ],
    'to port 0': [
      ['streamtype', 'data'],
      ['port', '0'],
      ['requestid', '1'],
    ],
  };
  for (const [name, headers] of Object.entries(refused)) {
    test(`a stream ${name} is refused`, async () => {
      const { connection } = await connectSpdy({ url: await podServer() }, ['portforward.k8s.io']);
      await expect(connection.openStream(new Map(headers))).rejects.toThrow('status 3');
      connection.destroy();
    });
  }
});

describe('in the channels of a WebSocket', () => {
  for (const protocol of ['v4.channel.k8s.io', 'v4.base64.channel.k8s.io']) {
    test(`each channel begins with its port, and errors have their own (${protocol})`, async () => {
      const port = await shouter();
      const url = await podServer();
      const socket = new WebSocket(`ws://${url.host}${url.pathname}?ports=${port},1`, [protocol]);
      const heard: Record<number, Buffer> = {};
      const complaint = new Promise<void>((resolve) => {
        socket.on('message', (message: Buffer, isBinary) => {
          const channel = isBinary ? message[0]! : Number(String(message)[0]);
          const data = isBinary ? message.subarray(1) : Buffer.from(String(message).slice(1), 'base64');
          heard[channel] = Buffer.concat([heard[channel] ?? Buffer.alloc(0), data]);
          if (channel === 3 && heard[3]!.length > 2) resolve();
        });
      });
      await complaint;
      expect([heard[0]!.readUInt16LE(), heard[1]!.readUInt16LE()]).toEqual([port, port]);
      expect([heard[2]!.readUInt16LE(), heard[3]!.readUInt16LE()]).toEqual([1, 1]);
      expect(heard[3]!.toString('utf8', 2)).toContain('ECONNREFUSED');
      socket.terminate();
    });
  }

  test('when the pod has closed every connection the WebSocket is closed, as the client cannot end a channel', async () => {
    const server = createServer((socket) => socket.end('bye'));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    cleanups.push(() => server.close());
    const url = await podServer();
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://${url.host}${url.pathname}?ports=${port}`, ['v4.channel.k8s.io']);
    const heard: string[] = [];
    socket.on('message', (message: Buffer) => heard.push(message.toString('latin1')));
    const [code] = await once(socket, 'close');
    expect({ code, last: heard.at(-1) }).toEqual({ code: 1000, last: '\0bye' });
  });

  const refusals: Record<string, { query: string; want: string }> = {
    'no port': { query: '', want: 'query parameter "ports" is required' },
    'a word for a port': { query: '?ports=http', want: 'unable to parse "http" as a port' },
    'more ports than channels': {
      query: `?ports=${'80,'.repeat(127)}80`,
      want: 'at most 127 ports can be forwarded at once',
    },
  };
  for (const [name, { query, want }] of Object.entries(refusals)) {
    test(`${name} is refused`, async () => {
      const url = await podServer();
      const headers = {
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Version': '13',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
      };
      const [response] = await once(http.get(url.href + query, { headers }), 'response');
      expect([response.statusCode, JSON.parse(await text(response)).message]).toEqual([400, want]);
    });
  }
});

describe('two streams that are joined', () => {
  function joined() {
    const [client, near] = duplexPair();
    const [target, far] = duplexPair();
    const over = joinStreams(
      near,
      async () => target as Duplex,
      () => {},
    );
    return { client, near, target, far, over };
  }

  test('are over when both directions have ended', async () => {
    const { client, far, over } = joined();
    far.end('answer');
    client.end('question');
    expect(
      await Promise.all([buffer(client), buffer(far)].map(async (bytes) => String(await bytes))),
    ).toEqual(['answer', 'question']);
    await over;
  });

  test('are both lost when either is', async () => {
    for (const side of ['near', 'target'] as const) {
      const { over, ...streams } = joined();
      streams[side].destroy();
      await over;
      expect([streams.near.destroyed, streams.target.destroyed]).toEqual([true, true]);
    }
  });
});
