import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';

/** The address by which other hosts find the nodes of this one: the one that the API server listens at, the first where it listens at all. */
export async function hostAddress(
  listenHost: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): Promise<string> {
  if (EVERYWHERE.includes(listenHost)) return firstAddress(interfaces) ?? LOOPBACK;
  const address = isIP(listenHost) ? listenHost : await addressOf(listenHost);
  return isLoopback(address) ? LOOPBACK : address;
}

const EVERYWHERE = ['0.0.0.0', '::'];

const firstAddress = (interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>): string | undefined =>
  Object.values(interfaces)
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** A name that is unknown is refused when the server listens, in better words. */
const addressOf = async (name: string): Promise<string> =>
  (await lookup(name, { family: 4 }).catch(() => ({ address: LOOPBACK }))).address;

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

const isLoopback = (address: string): boolean =>
  loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
