import type { IncomingMessage } from 'node:http';
import { badRequest, StatusError } from '../../apimachinery/errors.ts';
import { protocolsIn } from './upgrade.ts';

/** How the channels of a WebSocket are written: as bytes, or as base64 in text messages. */
export type ChannelEncoding = 'binary' | 'base64';

/** The subprotocols of SPDY for commands, the best first. */
export const SPDY_COMMAND_PROTOCOLS = [
  'v4.channel.k8s.io',
  'v3.channel.k8s.io',
  'v2.channel.k8s.io',
  'channel.k8s.io',
] as const;

/** What a subprotocol of a remote command can do (KEP-4006 for v5). */
export interface CommandProtocol {
  readonly name: string;
  readonly encoding: ChannelEncoding;
  /** The error channel carries a `Status` in JSON; before v4 it was a text, and nothing on success. */
  readonly structuredErrors: boolean;
  /** The client may close its input. */
  readonly closesStdin: boolean;
}

const command = (name: string, encoding: ChannelEncoding, version: number): CommandProtocol => ({
  name,
  encoding,
  structuredErrors: version >= 4,
  closesStdin: version >= 5,
});

const WEBSOCKET_COMMAND_PROTOCOLS = [
  command('v5.channel.k8s.io', 'binary', 5),
  command('v4.channel.k8s.io', 'binary', 4),
  command('v4.base64.channel.k8s.io', 'base64', 4),
  command('channel.k8s.io', 'binary', 1),
  command('base64.channel.k8s.io', 'base64', 1),
];

/** A client that names no subprotocol gets the oldest. */
const UNNAMED_COMMAND_PROTOCOL = command('', 'binary', 1);

/** The first of ours that the client knows. Throws a `StatusError`. */
export function negotiateSpdy(request: IncomingMessage, ours: readonly string[]): string {
  const theirs = protocolsIn(request, 'x-stream-protocol-version');
  if (theirs.length === 0) throw badRequest('unable to upgrade: X-Stream-Protocol-Version is required');
  const name = ours.find((candidate) => theirs.includes(candidate));
  if (name) return name;
  const why = `unable to negotiate protocol: client supports [${theirs.join(' ')}], server accepts [${ours.join(' ')}]`;
  throw new StatusError('Forbidden', `unable to upgrade: ${why}`);
}

/** Throws a `StatusError`. */
export function negotiateWebSocketCommand(request: IncomingMessage): CommandProtocol {
  const names = WEBSOCKET_COMMAND_PROTOCOLS.map(({ name }) => name);
  const name = negotiateWebSocket(request, names);
  return WEBSOCKET_COMMAND_PROTOCOLS.find((protocol) => protocol.name === name) ?? UNNAMED_COMMAND_PROTOCOL;
}

/** The first of the client's that we know; the empty string when it names none. Throws a `StatusError`. */
export function negotiateWebSocket(request: IncomingMessage, ours: readonly string[]): string {
  const theirs = protocolsIn(request, 'sec-websocket-protocol');
  const name = theirs.find((candidate) => ours.includes(candidate));
  if (name !== undefined || theirs.length === 0) return name ?? '';
  throw badRequest(
    `requested protocol(s) are not supported: [${theirs.join(' ')}]; supports [${ours.join(' ')}]`,
  );
}
