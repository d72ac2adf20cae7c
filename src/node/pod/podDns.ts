import { readFileSync } from 'node:fs';
import type { PodSpec } from '../../generated/types.ts';
import type { DnsConfig } from '../../runtime/isolation.ts';

const RESOLVER = '/etc/resolv.conf';
const ZONE = 'cluster.local';
/** As the kubelet has it: names of other namespaces are looked for among the cluster's first. */
const CLUSTER_OPTIONS = ['ndots:5'];
const NO_DNS: DnsConfig = { servers: [], searches: [], options: [] };

/**
 * Where the containers of a pod look for names, by its policy and what it adds itself. Undefined: as the host, which is also what
 * `ClusterFirst` means where the cluster has no DNS.
 */
export function podDns(
  spec: PodSpec,
  namespace: string,
  clusterDns: string | undefined,
  hostText = hostResolver(),
): DnsConfig | undefined {
  const asksCluster = clusterDns !== undefined && isClusterFirst(spec);
  if (!spec.dnsConfig && spec.dnsPolicy !== 'None' && !asksCluster) return undefined;
  const host = spec.dnsPolicy === 'None' ? NO_DNS : hostDns(hostText);
  const base = asksCluster ? clusterFirst(clusterDns, namespace, host) : host;
  const { nameservers = [], searches = [], options = [] } = spec.dnsConfig ?? {};
  const own = options.map(({ name = '', value }) => (value === undefined ? name : `${name}:${value}`));
  return {
    servers: distinct([...base.servers, ...nameservers]),
    searches: distinct([...base.searches, ...searches]),
    options: lastOfEach([...base.options, ...own]),
  };
}

/** The default. Pods in the network of the host must ask for it by another word. */
const isClusterFirst = ({ dnsPolicy = 'ClusterFirst', hostNetwork }: PodSpec): boolean =>
  dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);

const clusterFirst = (server: string, namespace: string, host: DnsConfig): DnsConfig => ({
  servers: [server],
  searches: [`${namespace}.svc.${ZONE}`, `svc.${ZONE}`, ZONE, ...host.searches],
  options: CLUSTER_OPTIONS,
});

const distinct = (words: readonly string[]): string[] => [...new Set(words)];

/** The pod's own value of an option goes before ours. */
const lastOfEach = (options: readonly string[]): string[] => [
  ...new Map(options.map((option) => [option.split(':')[0], option])).values(),
];

function hostResolver(): string {
  try {
    return readFileSync(RESOLVER, 'utf8');
  } catch {
    return ''; // a host without a resolver has nothing to hand on
  }
}

function hostDns(text: string): DnsConfig {
  const words = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}[ \\t]+(.*)$`, 'gm'))].flatMap((line) =>
      line[1]!.trim().split(/\s+/),
    );
  return { servers: words('nameserver'), searches: words('search'), options: words('options') };
}
