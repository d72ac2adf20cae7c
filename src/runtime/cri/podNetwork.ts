import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

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
  if (files.some((file) => CONFIG_FILE.test(file))) return;
  await mkdir(configDirectory, { recursive: true });
  const path = join(configDirectory, FILE);
  await writeFile(`${path}.new`, JSON.stringify(bridgeNetwork(podCIDR, bridge), undefined, 2));
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
    ipMasq: canMap,
    ipam: { type: 'host-local', ranges: [[{ subnet: podCIDR }]] },
  };
  const ports = { type: 'portmap', capabilities: { portMappings: true } };
  return { cniVersion: '0.4.0', name: bridge, plugins: canMap ? [plugin, ports] : [plugin] };
}
