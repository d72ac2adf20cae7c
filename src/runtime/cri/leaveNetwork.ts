import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { leaseDirectory } from './addressLeases.ts';
import { removeDnsAddress } from './dnsAddress.ts';
import { DEFAULT_BRIDGE } from './hostNetwork.ts';
import { removeRoutes } from './hostRoutes.ts';
import { configFile, type NetworkPlaces, ownNetwork, stillUsed, writeConfig } from './podNetwork.ts';
import { removeRules } from './podRules.ts';
import { removeServiceChains } from './serviceProxy/hostRules.ts';
import { removeServiceRules } from './serviceRules.ts';

const run = promisify(execFile);
/** Where containerd keeps what the plugins have answered. */
const RESULTS = '/var/lib/cni/results';

/**
 * Takes away all that nodes with these folders have made on the host so that their pods have a network, and says what that was. As long as
 * the folder of another node that uses the network is there, it stays.
 */
export async function leaveNetwork(places: NetworkPlaces, directories: readonly string[]): Promise<string[]> {
  const network = await ownNetwork(places);
  const nodes = stillUsed(network, directories);
  const [other] = Object.keys(nodes);
  if (network && other !== undefined) {
    await writeConfig(places, { ...network, nodes });
    const hasUsed = directories.some((directory) => directory in network.nodes);
    return hasUsed ? [`kept the bridge ${network.bridge}, which ${other} uses`] : [];
  }
  if (!network && !(await hasLink(DEFAULT_BRIDGE))) return [];
  return removeNetwork(places, network?.bridge ?? DEFAULT_BRIDGE);
}

const hasLink = async (name: string): Promise<boolean> =>
  (await readFile('/proc/net/dev', 'utf8').catch(() => ''))
    .split('\n')
    .some((line) => line.trim().startsWith(`${name}:`));

/** The configuration goes last: what failed can be tried again. */
async function removeNetwork(places: NetworkPlaces, bridge: string): Promise<string[]> {
  const removed: string[] = [];
  const routes = await removeRoutes();
  if (routes > 0) removed.push(`removed the routes to pods of other hosts (${routes})`);
  const ofServices = (await removeServiceRules(bridge)) + (await removeServiceChains(bridge));
  const rules = ofServices + (await removeRules(bridge));
  if (rules > 0) removed.push(`removed the rules of iptables (${rules})`);
  if (await removeDnsAddress(bridge)) removed.push('removed the address of the DNS of the cluster');
  if (await removeLink(bridge)) removed.push(`removed the bridge ${bridge}`);
  if (await removeLeases(bridge)) removed.push(`removed the addresses in ${leaseDirectory(bridge)}`);
  const config = configFile(places);
  if (existsSync(config)) {
    await rm(config);
    removed.push(`removed ${config}`);
  }
  return removed;
}

const removeLink = (name: string): Promise<boolean> =>
  run('ip', ['link', 'delete', name]).then(
    () => true,
    (error: Error) => {
      if (/Cannot find device/.test(error.message)) return false;
      throw error;
    },
  );

async function removeLeases(network: string): Promise<boolean> {
  const results = (await readdir(RESULTS).catch(() => [])).filter((name) => name.startsWith(`${network}-`));
  for (const name of results) await rm(join(RESULTS, name), { force: true });
  const directory = leaseDirectory(network);
  const isThere = existsSync(directory);
  await rm(directory, { recursive: true, force: true });
  return isThere;
}
