import type { WebSocket } from 'ws';
import type { RemoteCommandOptions } from '../../apimachinery/remoteCommand.ts';
import { encodeStatus } from './commandStatus.ts';
import { type CommandWire, flushed } from './commandWire.ts';
import type { CommandProtocol } from './protocols.ts';
import { TerminalSizes } from './terminalSizes.ts';
import { WebSocketChannels } from './webSocketChannels.ts';

const STDIN = 0;
const STDOUT = 1;
const STDERR = 2;
const ERROR = 3;
const RESIZE = 4;

/** A remote command in the channels of one WebSocket. */
export function webSocketCommand(
  socket: WebSocket,
  options: RemoteCommandOptions,
  protocol: CommandProtocol,
): CommandWire {
  const channels = new WebSocketChannels(socket, protocol.encoding, protocol.closesStdin);
  const stdout = options.stdout ? channels.writable(STDOUT) : undefined;
  const stderr = options.stderr ? channels.writable(STDERR) : undefined;
  const gone = new AbortController();
  void channels.closed.then(() => gone.abort());
  // Upstream greets with an empty message on the first channel that it writes: clients may wait for it.
  channels.send(options.stdout ? STDOUT : options.stderr ? STDERR : ERROR, Buffer.alloc(0));
  return {
    streams: {
      stdin: options.stdin ? channels.duplex(STDIN) : undefined,
      stdout,
      stderr,
      resize: resizes(channels, options.tty),
      signal: gone.signal,
    },
    finish: async (status) => {
      await Promise.all([flushed(stdout), flushed(stderr)]);
      const text = encodeStatus(status, protocol.structuredErrors);
      if (text.length > 0) channels.send(ERROR, text);
      channels.close();
      await channels.closed;
    },
  };
}

function resizes(channels: WebSocketChannels, tty: boolean): TerminalSizes {
  const sizes = new TerminalSizes();
  if (tty) channels.onMessage(RESIZE, (message) => (message ? sizes.receive(message) : sizes.end()));
  else sizes.end();
  return sizes;
}
