import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { duplexPair, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { SpdyConnection } from './connection.ts';
import { encodeControlFrame } from './frames.ts';
import { encodeHeaders, HeaderDeflater } from './headerBlock.ts';
import type { SpdyStream } from './stream.ts';

/** A client and a server; the server hands out the streams that the client opens. */
function connect(accepts = () => true) {
  const [near, far] = duplexPair();
  const waiting: ((stream: SpdyStream) => void)[] = [];
  const opened: SpdyStream[] = [];
  const server = new SpdyConnection(far, 'server', {
    accepts,
    onStream: (stream) => (waiting.shift() ?? ((later) => opened.push(later)))(stream),
  });
  const client = new SpdyConnection(near, 'client');
  const nextStream = () => {
    const ready = opened.shift();
    return ready ? Promise.resolve(ready) : new Promise<SpdyStream>((resolve) => waiting.push(resolve));
  };
  const open = async (headers = new Map<string, string>()) =>
    Promise.all([client.openStream(headers), nextStream()]);
  return { client, server, open, near, far };
}

const megabytes = (count: number) =>
  Readable.from(
    (function* () {
      for (let i = 0; i < count * 16; i++) yield Buffer.alloc(65_536, i % 251);
    })(),
  );
/** Unlike `for await`, this leaves the other half of the stream open. */
const textOf = (stream: Readable) =>
  new Promise<string>((resolve) => {
    let text = '';
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
    });
    stream.on('end', () => resolve(text));
  });
const digest = async (stream: Readable) =>
  createHash('sha256')
    .update(await buffer(stream))
    .digest('hex');

test('a stream carries its headers, and each half closes on its own', async () => {
  const { open } = connect();
  const [mine, theirs] = await open(new Map([['streamtype', 'stdin']]));
  expect(theirs.headers.get('streamtype')).toBe('stdin');
  mine.end('question');
  expect(await textOf(theirs)).toBe('question');
  theirs.end('answer');
  expect(await textOf(mine)).toBe('answer');
});

test('megabytes go both ways at once and arrive whole', async () => {
  const { open } = connect();
  const [mine, theirs] = await open();
  const expected = await digest(megabytes(5));
  const [received, echoed] = await Promise.all([
    digest(mine),
    pipeline(theirs, theirs).then(() => 'echoed'),
    pipeline(megabytes(5), mine, { end: true }),
  ]);
  expect([received, echoed]).toEqual([expected, 'echoed']);
});

test('a stream that nobody reads stops its writer, and only its writer', async () => {
  const { open } = connect();
  const [stuck] = await open();
  let written = 0;
  const source = megabytes(5).on('data', (chunk: Buffer) => {
    written += chunk.length;
  });
  source.pipe(stuck);
  for (let i = 0; i < 3; i++) {
    const [mine, theirs] = await open();
    const size = buffer(theirs).then((bytes) => bytes.length);
    await pipeline(megabytes(1), mine);
    expect(await size).toBe(1_048_576);
    theirs.end();
    mine.resume();
  }
  expect(written).toBeLessThan(600_000);
});

test('a peer that keeps no windows finds the connection paused', async () => {
  const [near, far] = duplexPair();
  let stream: SpdyStream | undefined;
  new SpdyConnection(far, 'server', {
    accepts: () => true,
    onStream: (opened) => {
      stream = opened;
    },
  });
  near.resume();
  near.write(synStream(1));
  let sent = 0;
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0x80, 0]);
  while (near.write(Buffer.concat([header, Buffer.alloc(32_768)])) || (await progress(near))) sent += 32_768;
  expect(sent).toBeLessThan(500_000);
  stream?.resume();
  await new Promise((resolve) => near.once('drain', resolve));
});
/** Whether the other side goes on reading, once everything has settled. */
async function progress(side: ReturnType<typeof duplexPair>[0]): Promise<boolean> {
  for (let turn = 0; turn < 20 && side.writableNeedDrain; turn++) await new Promise(setImmediate);
  return !side.writableNeedDrain;
}

test('a stream that is reset ends at the other side with an error', async () => {
  const { open } = connect();
  const [mine, theirs] = await open();
  mine.destroy();
  await expect(buffer(theirs)).rejects.toThrow('The peer reset the stream (status 5)');
});

test('what a server sent before it reset the stream can still be read', async () => {
  const { open } = connect();
  const [mine, theirs] = await open();
  theirs.write('last words', () => theirs.destroy());
  await once(theirs, 'close');
  await once(mine, 'readable');
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate); // the reset arrives
  expect(await textOf(mine)).toBe('last words');
  expect(mine.errored?.message).toBe('The peer reset the stream (status 5)');
});

test('a stream that the server does not want cannot be opened', async () => {
  const { client } = connect(() => false);
  await expect(client.openStream(new Map())).rejects.toThrow('The peer reset the stream (status 3)');
});

test('when the connection is lost, so are its streams', async () => {
  const { open, client, near } = connect();
  const [mine, theirs] = await open();
  near.destroy();
  await client.closed;
  expect(mine.destroyed).toBe(true);
  theirs.destroy();
  await expect(client.openStream(new Map())).rejects.toThrow('The connection is closed');
});

test('a ping is answered', async () => {
  const [near, far] = duplexPair();
  new SpdyConnection(far, 'server');
  const ping = encodeControlFrame({ kind: 'ping', id: 77 });
  near.write(ping);
  for await (const chunk of near) if (chunk.includes(ping)) break;
});

function* pings() {
  for (;;) yield encodeControlFrame({ kind: 'ping', id: 1 });
}
function* synStreams() {
  const deflater = new HeaderDeflater();
  for (let id = 1; ; id += 2) yield synStream(id, deflater);
}
const floods = { pings, 'streams that are refused': synStreams };
for (const [name, flood] of Object.entries(floods)) {
  test(`the connection is dropped when a peer floods it with ${name} and reads no answers`, async () => {
    const [near, far] = duplexPair();
    const server = new SpdyConnection(far, 'server');
    const frames = Readable.from(flood());
    frames.pipe(near);
    await server.closed;
    frames.destroy();
  });
}

function synStream(streamId: number, deflater = new HeaderDeflater()): Buffer {
  const headerBlock = deflater.deflate(encodeHeaders(new Map()));
  return encodeControlFrame({ kind: 'synStream', streamId, fin: false, unidirectional: false, headerBlock });
}
