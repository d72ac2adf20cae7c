/** The range that a node of the host was given, and the process that it lives in. */
export interface NetworkUser {
  readonly podCIDR: string;
  readonly pid: number;
}

export interface BridgeNetwork {
  readonly bridge: string;
  readonly subnet: string;
  /** Who uses it, by the folder of each node. */
  readonly nodes: Readonly<Record<string, NetworkUser>>;
}

/** CNI pays no attention to what it does not know. */
const NODES = 'sampan.dev/nodes';

interface ConfigFile {
  readonly name?: string;
  readonly plugins?: readonly {
    readonly ipam?: { readonly ranges?: readonly (readonly { readonly subnet: string }[])[] };
  }[];
  readonly [NODES]?: BridgeNetwork['nodes'];
}

/** A list of CNI plugins: a bridge with addresses of one range, and ports of the host where there is iptables. */
export function bridgeConfig({ bridge, subnet, nodes }: BridgeNetwork, canMapPorts: boolean): string {
  const plugin = {
    type: 'bridge',
    bridge,
    isDefaultGateway: true,
    hairpinMode: true,
    // A rule for each pod takes longer than all the rest: there is one for all of them.
    ipMasq: false,
    ipam: { type: 'host-local', ranges: [[{ subnet }]] },
  };
  const ports = { type: 'portmap', capabilities: { portMappings: true } };
  const plugins = canMapPorts ? [plugin, ports] : [plugin];
  return JSON.stringify({ cniVersion: '0.4.0', name: bridge, plugins, [NODES]: nodes }, undefined, 2);
}

/** What such a list says; undefined when it is spoilt. */
export function readBridgeConfig(text: string): BridgeNetwork | undefined {
  try {
    const { name, plugins, [NODES]: nodes = {} } = JSON.parse(text) as ConfigFile;
    const subnet = plugins?.[0]?.ipam?.ranges?.[0]?.[0]?.subnet;
    return name && subnet ? { bridge: name, subnet, nodes } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The network once a node has been given a range. Nodes of one host share the bridge and thus the range of the one that came
 * first, as long as that one is there: addresses of a node that came back with another range, or of another cluster that this host
 * has left, lead nowhere.
 */
export function withNode(
  before: BridgeNetwork | undefined,
  node: NetworkUser & { readonly directory: string; readonly bridge: string },
  isAlive: (pid: number) => boolean,
): BridgeNetwork {
  const { directory, podCIDR, pid } = node;
  const nodes = { ...before?.nodes, [directory]: { podCIDR, pid } };
  const isOfOne = (range: string) =>
    Object.values(nodes).some((user) => user.podCIDR === range && isAlive(user.pid));
  const subnet = before && isOfOne(before.subnet) ? before.subnet : podCIDR;
  return { bridge: before?.bridge ?? node.bridge, subnet, nodes };
}
