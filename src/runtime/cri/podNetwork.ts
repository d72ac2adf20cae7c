import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BridgeNetwork, bridgeConfig, readBridgeConfig, withNode } from './bridgeConfig.ts';
import { hasIptables } from './iptables.ts';

/** Where the runtime looks for the configuration of the pods' network. */
export interface NetworkPlaces {
  readonly configDirectory: string;
}

export interface NetworkNeed {
  /** The node's own folder. */
  readonly directory: string;
  readonly podCIDR: string;
  /** The name of the bridge, if it has to be made. */
  readonly bridge: string;
}

const FILE = '10-sampan.conflist';
export const DEFAULT_PLACES: NetworkPlaces = { configDirectory: '/etc/cni/net.d' };
const CONFIG_FILE = /\.(conf|conflist|json)$/;
const FORWARDING = '/proc/sys/net/ipv4/ip_forward';

/** From what the runtime tells of its configuration; CRI has no word for it. */
export function networkPlaces(info: Readonly<Record<string, string>>): NetworkPlaces {
  try {
    const { cni } = JSON.parse(info.config ?? '{}') as { cni?: { confDir?: string } };
    return { configDirectory: cni?.confDir || DEFAULT_PLACES.configDirectory };
  } catch {
    return DEFAULT_PLACES;
  }
}

/** Whether the runtime has taken up the network's configuration as it is now, as far as it says. */
export const hasTakenUp = (info: Readonly<Record<string, string>>, { subnet }: BridgeNetwork): boolean =>
  (info.cniconfig ?? subnet).includes(subnet);

/**
 * A bridge with addresses of the node's range, for a host that has no network for pods of its own: what an administrator has put
 * there stays as it is, and undefined is the answer.
 */
export const provideNetwork = (
  places: NetworkPlaces,
  need: NetworkNeed,
): Promise<BridgeNetwork | undefined> =>
  inTurn(async () => {
    if (await isOfOthers(places)) return undefined;
    const before = await ownNetwork(places);
    const nodes = stillUsed(before);
    const after = withNode(before && { ...before, nodes }, { ...need, pid: process.pid }, isAlive);
    await writeConfig(places, after);
    await forwardPackets();
    return after;
  });

/** Runtimes take the first configuration that there is. */
async function isOfOthers({ configDirectory }: NetworkPlaces): Promise<boolean> {
  const files = existsSync(configDirectory) ? await readdir(configDirectory) : [];
  const [first = FILE] = files.filter((file) => CONFIG_FILE.test(file)).sort();
  return first !== FILE;
}

/** Where it may not be switched on it may be on already. */
async function forwardPackets(): Promise<void> {
  if ((await readFile(FORWARDING, 'utf8')).trim() !== '1') await writeFile(FORWARDING, '1\n');
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false; // only root makes networks, and may send signals to all
  }
}

/** The network that was made by us, if it is there. */
export async function ownNetwork(places: NetworkPlaces): Promise<BridgeNetwork | undefined> {
  const text = await readFile(configFile(places), 'utf8').catch(() => '');
  return readBridgeConfig(text);
}

/** The nodes that use the network, but for some. Those whose folder was removed are no more. */
export const stillUsed = (
  network: BridgeNetwork | undefined,
  exceptBy: readonly string[] = [],
): BridgeNetwork['nodes'] =>
  Object.fromEntries(
    Object.entries(network?.nodes ?? {}).filter(([path]) => existsSync(path) && !exceptBy.includes(path)),
  );

export const configFile = ({ configDirectory }: NetworkPlaces): string => join(configDirectory, FILE);

/** The file is whole at any time. */
export async function writeConfig(places: NetworkPlaces, network: BridgeNetwork): Promise<void> {
  const path = configFile(places);
  const text = bridgeConfig(network, hasIptables());
  if ((await readFile(path, 'utf8').catch(() => '')) === text) return;
  await mkdir(places.configDirectory, { recursive: true });
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

let last: Promise<unknown> = Promise.resolve();

/** Nodes of one process that start at the same time change the same file. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const result = last.then(work, work);
  last = result;
  return result;
}
