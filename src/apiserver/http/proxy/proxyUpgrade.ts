import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { messageOf, StatusError } from '../../../apimachinery/errors.ts';
import { joinStreams } from '../../streams/forwardedPort.ts';
import type { Call } from '../verbs/call.ts';
import type { PodAccessFor } from '../verbs/podConnections.ts';
import { type Answer, beginExchange } from './exchange.ts';
import { upgradeHeaders } from './proxyHeaders.ts';
import { proxyTargetOf } from './proxyTarget.ts';

/** Lets a client and a pod agree on another protocol, such as a WebSocket's, and carries what they say from then on. */
export async function proxyUpgrade(
  call: Call,
  podAccessFor: PodAccessFor,
  client: Duplex,
  head: Buffer,
): Promise<void> {
  const answer = await ask(call, podAccessFor);
  const { connection } = answer;
  if (!connection) return passOnRefusal(answer.head, client);
  if (head.length > 0) client.unshift(head);
  client.write(headOf(answer.head));
  await joinStreams(
    client,
    async () => connection,
    () => {},
  );
}

async function ask(call: Call, podAccessFor: PodAccessFor): Promise<Answer> {
  const target = proxyTargetOf(call);
  try {
    const { asked, answer } = await beginExchange(call, target, podAccessFor, upgradeHeaders(call.http));
    call.http.onClose(() => asked.destroy());
    asked.end();
    return await answer;
  } catch (error) {
    throw new StatusError('InternalError', `error dialing backend: ${messageOf(error)}`);
  }
}

/** A failure is the client's to see; anything else is no answer to what it asked. */
async function passOnRefusal(answer: IncomingMessage, client: Duplex): Promise<void> {
  if (answer.statusCode! < 400) {
    answer.destroy();
    throw new StatusError('InternalError', `invalid upgrade response: status code ${answer.statusCode}`);
  }
  client.write(headOf(answer, ['Connection: close']));
  answer.pipe(client);
}

/** The pod's own header fields, but for those that say how long its body is where that is told by its end. */
function headOf({ statusCode = 0, rawHeaders }: IncomingMessage, instead?: readonly string[]): string {
  const own = rawHeaders.flatMap((name, index) =>
    index % 2 === 0 && !(instead && OF_THE_BODY.has(name.toLowerCase()))
      ? [`${name}: ${rawHeaders[index + 1]}`]
      : [],
  );
  const status = `HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`;
  return `${[status, ...own, ...(instead ?? [])].join('\r\n')}\r\n\r\n`;
}

const OF_THE_BODY = new Set(['connection', 'keep-alive', 'transfer-encoding']);
