import type { TLSSocket } from 'node:tls';
import type { Peer } from '../../authentication/peer.ts';

const known = new WeakMap<TLSSocket, Peer>();

/** What the other end of a connection has proved of itself. */
export function peerOf(socket: TLSSocket): Peer {
  let peer = known.get(socket);
  if (!peer) {
    peer = readPeer(socket);
    known.set(socket, peer);
  }
  return peer;
}

function readPeer(socket: TLSSocket): Peer {
  const certificate = socket.getPeerCertificate();
  const subject = certificate?.subject as Readonly<Record<string, string | string[] | undefined>> | undefined;
  const address = socket.remoteAddress;
  if (!subject) return { address };
  return {
    address,
    certificate: {
      isTrusted: socket.authorized,
      commonName: [subject.CN ?? ''].flat()[0]!,
      organizations: [subject.O ?? []].flat(),
    },
  };
}
