import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { badRequest } from '../../apimachinery/errors.ts';
import type {
  RemoteCommandOptions,
  RemoteCommandResult,
  RemoteCommandStreams,
} from '../../apimachinery/remoteCommand.ts';
import { statusOfError, statusOfResult } from './commandStatus.ts';
import type { CommandWire } from './commandWire.ts';
import { negotiateSpdy, negotiateWebSocketCommand, SPDY_COMMAND_PROTOCOLS } from './protocols.ts';
import { spdyCommand } from './spdyCommand.ts';
import { acceptSpdy, acceptWebSocket, refuseUpgrade, upgradeKind } from './upgrade.ts';
import { webSocketCommand } from './webSocketCommand.ts';

/**
 * Serves an exec or attach request that a client asked to upgrade, over SPDY/3.1 or a WebSocket in any of Kubernetes' subprotocols.
 * `run` gets the client's streams; what it returns or throws is what the client hears at the end. Resolves when all is over; a request
 * that cannot be upgraded is answered with a `Status`.
 */
export async function serveRemoteCommand(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: RemoteCommandOptions,
  run: (streams: RemoteCommandStreams) => Promise<RemoteCommandResult>,
): Promise<void> {
  socket.on('error', () => {}); // `close` follows, and ends everything
  let wire: CommandWire | undefined;
  try {
    wire = await openWire(request, socket, head, withoutTtyStderr(options));
  } catch (error) {
    refuseUpgrade(socket, error);
  }
  if (wire) await wire.finish(await Promise.try(run, wire.streams).then(statusOfResult, statusOfError));
}

/** A terminal mixes both outputs, so stderr would be a stream that never says anything. */
const withoutTtyStderr = (options: RemoteCommandOptions): RemoteCommandOptions =>
  options.tty ? { ...options, stderr: false } : options;

/** Undefined when the client is gone before it is ready. Throws a `StatusError` as long as an answer can be given. */
async function openWire(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  options: RemoteCommandOptions,
): Promise<CommandWire | undefined> {
  if (!options.stdin && !options.stdout && !options.stderr)
    throw badRequest('you must specify at least 1 of stdin, stdout, stderr');
  if (upgradeKind(request) === 'websocket') {
    const protocol = negotiateWebSocketCommand(request);
    return webSocketCommand(await acceptWebSocket(request, socket, head, protocol.name), options, protocol);
  }
  const protocol = negotiateSpdy(request, SPDY_COMMAND_PROTOCOLS);
  return spdyCommand(acceptSpdy(socket, head, protocol), options, protocol).catch(() => undefined);
}
