import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type Clock, delay } from '../../clock/clock.ts';
import { framed, MessageReader } from './streamMessages.ts';

export type Transport = 'udp' | 'tcp';

const PORT = 53;
const TRY_MS = 2_000;

/** What the first of the servers that does answer says; undefined when none does. */
export async function forward(
  message: Buffer,
  servers: readonly string[],
  transport: Transport,
  clock: Clock,
  port = PORT,
): Promise<Buffer | undefined> {
  const ask = transport === 'udp' ? askByUdp : askByTcp;
  for (const server of servers.slice(0, 3)) {
    const answer = await withinTime(clock, (signal) => ask(message, server, port, signal));
    if (answer) return answer;
  }
  return undefined;
}

/** Ends with undefined when it takes too long. */
async function withinTime<T>(
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  const over = new AbortController();
  const done = new AbortController();
  const late = delay(clock, TRY_MS, done.signal).then(() => undefined);
  try {
    return await Promise.race([work(over.signal).catch(() => undefined), late]);
  } finally {
    done.abort();
    over.abort();
  }
}

const isAnswerTo = (message: Buffer, answer: Buffer): boolean =>
  answer.length >= 12 && answer.readUInt16BE(0) === message.readUInt16BE(0) && (answer[2]! & 0x80) !== 0;

/** A socket for each question: its port is by chance, which nobody who would forge an answer knows. */
async function askByUdp(message: Buffer, server: string, port: number, signal: AbortSignal): Promise<Buffer> {
  const socket = createSocket(isIPv6(server) ? 'udp6' : 'udp4');
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', reject);
      socket.on('error', reject);
      socket.on('message', (answer) => isAnswerTo(message, answer) && resolve(answer));
      socket.on('connect', () => socket.send(message));
      socket.connect(port, server);
    });
  } finally {
    socket.close();
  }
}

function askByTcp(message: Buffer, server: string, port: number, signal: AbortSignal): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: server, signal });
    const reader = new MessageReader((answer) => {
      if (!isAnswerTo(message, answer)) return;
      socket.destroy();
      resolve(answer);
    });
    socket.on('data', (bytes: Buffer) => reader.take(bytes));
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the server has closed the connection')));
    socket.write(framed(message));
  });
}
