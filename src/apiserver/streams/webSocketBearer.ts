import { protocolsIn } from './upgrade.ts';

/** A page in a browser can set no header of a WebSocket: it sends its token as the name of a subprotocol, as for upstream. */
const PREFIX = 'base64url.bearer.authorization.k8s.io.';

interface Upgrade {
  readonly headers: NodeJS.Dict<string | string[]>;
}

/**
 * Takes the token out of the subprotocols that the client asked for, and puts it where other clients have it. Upstream's rule: there must be
 * another subprotocol, since the answer has to name one.
 */
export function takeBearerOfProtocol({ headers }: Upgrade): void {
  const names = protocolsIn({ headers }, 'sec-websocket-protocol');
  const token = names.find((name) => name.startsWith(PREFIX));
  const others = names.filter((name) => name !== token);
  if (token === undefined || others.length === 0) return;
  headers['sec-websocket-protocol'] = others.join(', ');
  headers.authorization ??= `Bearer ${Buffer.from(token.slice(PREFIX.length), 'base64url').toString()}`;
}
