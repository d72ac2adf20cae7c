import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { acceptWebSocket } from './upgrade.ts';
import { WebSocketChannels } from './webSocketChannels.ts';

/** What TLS makes one record of: all that has gathered while the record before it was on its way. */
function recordingWire(): { wire: Duplex; records: Buffer[]; until(count: number): Promise<void> } {
  const records: Buffer[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const wire = new Duplex({
    read() {},
    writev(chunks, done) {
      records.push(Buffer.concat(chunks.map(({ chunk }) => chunk as Buffer)));
      for (const { count, resolve } of waiting) if (records.length >= count) resolve();
      setImmediate(done);
    },
  });
  const until = (count: number) =>
    new Promise<void>((resolve) => {
      if (records.length >= count) resolve();
      else waiting.push({ count, resolve });
    });
  return { wire, records, until };
}

function handshake(): IncomingMessage {
  const request = new IncomingMessage(new Socket());
  request.method = 'GET';
  request.headers = {
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
  };
  return request;
}

/** The server's frames in a record: their payloads, which are short. */
function payloads(record: Buffer): string[] {
  const found: string[] = [];
  for (let at = 0; at < record.length; at += 2 + record[at + 1]!)
    found.push(record.toString('latin1', at + 2, at + 2 + record[at + 1]!));
  return found;
}

test('each message has a record of its own, for clients that take one message when the socket has something', async () => {
  const { wire, records, until } = recordingWire();
  const channels = new WebSocketChannels(
    await acceptWebSocket(handshake(), wire, Buffer.alloc(0), 'v4.channel.k8s.io'),
    'binary',
  );
  channels.send(1, Buffer.from('out'));
  channels.send(2, Buffer.from('err'));
  channels.send(3, Buffer.from('{}'));
  channels.close();
  await until(5);
  wire.destroy();
  const [answer, ...messages] = records;
  expect(answer!.toString()).toContain('101 Switching Protocols');
  expect(messages.map(payloads)).toEqual([['\x01out'], ['\x02err'], ['\x03{}'], ['\x03\xe8']]);
});
