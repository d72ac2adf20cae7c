import { lookup } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';
import { isLoopback } from '../apimachinery/loopback.ts';

const LOOPBACK = '127.0.0.1';

/** What a host knows of its network. */
export interface HostLinks {
  readonly interfaces: NodeJS.Dict<NetworkInterfaceInfo[]>;
  /** The interface of the default route, where there is one. */
  readonly defaultInterface: string | undefined;
}

const thisHost = (): HostLinks => ({
  interfaces: networkInterfaces(),
  defaultInterface: defaultInterface(routingTable()),
});

const EVERYWHERE = ['0.0.0.0', '::'];
export const isEverywhere = (listenHost: string): boolean => EVERYWHERE.includes(listenHost);

/**
 * The address at which a server answers that listens there. For one that listens everywhere it is the one on the way to the world, else
 * the first that is not of the loopback, of IPv4 if there is one; the loopback where the host has no other.
 */
export async function serverAddress(listenHost: string, host = thisHost()): Promise<string> {
  if (isEverywhere(listenHost)) return foremost(host, listenHost === '::') ?? LOOPBACK;
  return isIP(listenHost) ? listenHost : await addressOf(listenHost);
}

/** The address by which other hosts find the nodes of a process whose server answers there. */
export const nodeAddress = (server: string): string => (isLoopback(server) ? LOOPBACK : server);

/** All addresses of a host by which others may call a server that listens there. */
export function calledAt(listenHost: string, { interfaces } = thisHost()): string[] {
  if (!isEverywhere(listenHost)) return [listenHost];
  return allAddresses(interfaces)
    .filter(isForOthers)
    .map(({ address }) => address);
}

function foremost({ interfaces, defaultInterface }: HostLinks, takesIPv6: boolean): string | undefined {
  const onTheWay = interfaces[defaultInterface ?? ''] ?? [];
  const all = [...onTheWay, ...allAddresses(interfaces)].filter(isForOthers);
  const ofFour = all.find(({ family }) => family === 'IPv4');
  return (ofFour ?? (takesIPv6 ? all[0] : undefined))?.address;
}

const allAddresses = (interfaces: HostLinks['interfaces']): NetworkInterfaceInfo[] =>
  Object.values(interfaces).flatMap((addresses) => addresses ?? []);

/** An address of a link alone (`fe80::…`) says nothing without that link's name. */
const isForOthers = ({ address, internal }: NetworkInterfaceInfo): boolean =>
  !internal && !/^fe[89ab]/i.test(address);

function routingTable(): string {
  try {
    return readFileSync('/proc/net/route', 'utf8');
  } catch {
    return ''; // not on Linux
  }
}

/** The interface of the default route of IPv4 with the least metric, from Linux's `/proc/net/route`. */
export function defaultInterface(table: string): string | undefined {
  const routes = table.split('\n').map((line) => line.trim().split(/\s+/));
  return routes
    .filter(([, destination, , , , , , mask]) => destination === ANY && mask === ANY)
    .toSorted(([, , , , , , a], [, , , , , , b]) => Number(a) - Number(b))[0]?.[0];
}

const ANY = '00000000';

/** A name that is unknown is refused when the server listens, in better words. */
const addressOf = async (name: string): Promise<string> =>
  (await lookup(name, { family: 4 }).catch(() => ({ address: LOOPBACK }))).address;
