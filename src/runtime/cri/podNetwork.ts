import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where the runtime looks for the configuration of the pods' network. */
export interface NetworkPlaces {
  readonly configDirectory: string;
}

const FILE = '10-sampan.conflist';
const DEFAULT_PLACES: NetworkPlaces = { configDirectory: '/etc/cni/net.d' };
const CONFIG_FILE = /\.(conf|conflist|json)$/;
const PATH = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin'];

/** From what the runtime tells of its configuration; CRI has no word for it. */
export function networkPlaces(info: Readonly<Record<string, string>>): NetworkPlaces {
  try {
    const { cni } = JSON.parse(info.config ?? '{}') as { cni?: { confDir?: string } };
    return { configDirectory: cni?.confDir || DEFAULT_PLACES.configDirectory };
  } catch {
    return DEFAULT_PLACES;
  }
}

/**
 * A bridge with addresses of the node's range, for a host that has no network for pods of its own. Whether one is there is asked once:
 * what an administrator has put there stays as it is.
 */
export async function provideNetwork(
  { configDirectory }: NetworkPlaces,
  podCIDR: string,
  bridge: string,
): Promise<void> {
  const files = existsSync(configDirectory) ? await readdir(configDirectory) : [];
  const path = join(configDirectory, FILE);
  if (files.includes(FILE)) return hidePods(await readFile(path, 'utf8'));
  if (files.some((file) => CONFIG_FILE.test(file))) return;
  await mkdir(configDirectory, { recursive: true });
  const text = JSON.stringify(bridgeNetwork(podCIDR, bridge), undefined, 2);
  await hidePods(text);
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Without iptables pods reach neither the world nor are they reached by ports of the host. */
const hasIptables = (): boolean => PATH.some((directory) => existsSync(join(directory, 'iptables')));

function bridgeNetwork(podCIDR: string, bridge: string): object {
  const canMap = hasIptables();
  const plugin = {
    type: 'bridge',
    bridge,
    isDefaultGateway: true,
    hairpinMode: true,
    // A rule for each pod takes longer than all the rest: there is one for all of them.
    ipMasq: false,
    ipam: { type: 'host-local', ranges: [[{ subnet: podCIDR }]] },
  };
  const ports = { type: 'portmap', capabilities: { portMappings: true } };
  return { cniVersion: '0.4.0', name: bridge, plugins: canMap ? [plugin, ports] : [plugin] };
}

interface BridgeNetwork {
  readonly plugins?: readonly {
    readonly bridge?: string;
    readonly ipMasq?: boolean;
    readonly ipam?: { readonly ranges?: readonly (readonly { readonly subnet: string }[])[] };
  }[];
}

/** What pods send to the world bears the host's address. The rule is made where it is missing, after a reboot for instance. */
async function hidePods(config: string): Promise<void> {
  const [plugin] = (JSON.parse(config) as BridgeNetwork).plugins ?? [];
  const subnet = plugin?.ipam?.ranges?.[0]?.[0]?.subnet;
  if (!plugin?.bridge || !subnet || plugin.ipMasq || !hasIptables()) return;
  const rule = ['POSTROUTING', '-s', subnet, '!', '-o', plugin.bridge, '-j', 'MASQUERADE'];
  const nat = (what: string) => run('iptables', ['-w', '-t', 'nat', what, ...rule]);
  await nat('-C').catch(() => nat('-A'));
}
