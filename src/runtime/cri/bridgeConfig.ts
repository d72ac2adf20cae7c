/** Which nodes of the host use the network, by the folder of each, with the range that it was given. */
export type NodeRanges = Readonly<Record<string, string>>;

export interface BridgeNetwork {
  readonly bridge: string;
  readonly subnet: string;
  readonly nodes: NodeRanges;
}

/** CNI pays no attention to what it does not know. */
const NODES = 'sampan.dev/nodes';

interface ConfigFile {
  readonly name?: string;
  readonly plugins?: readonly {
    readonly ipam?: { readonly ranges?: readonly (readonly { readonly subnet: string }[])[] };
  }[];
  readonly [NODES]?: NodeRanges;
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
 * first, as long as that is one of theirs: a node that came back with another range brings new addresses.
 */
export function withNode(
  before: BridgeNetwork | undefined,
  node: { readonly directory: string; readonly podCIDR: string; readonly bridge: string },
): BridgeNetwork {
  const nodes = { ...before?.nodes, [node.directory]: node.podCIDR };
  const isKept = before && Object.values(nodes).includes(before.subnet);
  return { bridge: before?.bridge ?? node.bridge, subnet: isKept ? before.subnet : node.podCIDR, nodes };
}
