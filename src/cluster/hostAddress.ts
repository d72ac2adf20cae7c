import { lookup } from 'node:dns/promises';
import { BlockList, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

const LOOPBACK = '127.0.0.1';

/** The address at which a server answers that listens there: the first of this host where it listens at all. */
export async function serverAddress(
  listenHost: string,
  interfaces: NodeJS.Dict<NetworkInterfaceInfo[]> = networkInterfaces(),
): Promise<string> {
  if (EVERYWHERE.includes(listenHost)) return firstAddress(interfaces) ?? LOOPBACK;
  return isIP(listenHost) ? listenHost : await addressOf(listenHost);
}

/** The address by which other hosts find the nodes of a process whose server answers there. */
export const nodeAddress = (server: string): string => (isLoopback(server) ? LOOPBACK : server);

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
