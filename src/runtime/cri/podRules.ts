import {
  append,
  hasIptables,
  iptables,
  isThere,
  marked,
  ownChains,
  type Rule,
  remove,
  removeMarked,
  rulesOf,
} from './iptables.ts';

export interface PodRulesOptions {
  readonly bridge: string;
  /** The addresses of all pods. */
  readonly clusterCIDR: string;
}

const TABLES = ['nat', 'filter'];
const markOf = (bridge: string): string => `sampan:${bridge}`;

/**
 * What pods send to the world bears the host's address, what they send to each other does not. A rule for each pod would take
 * longer than all the rest; and other hosts' pods are let through where the host lets nobody through else (Docker).
 */
function podRules({ bridge, clusterCIDR }: PodRulesOptions): Rule[] {
  const mark = markOf(bridge);
  const toTheWorld = ['-s', clusterCIDR, '!', '-d', clusterCIDR];
  return [
    { table: 'nat', chain: 'POSTROUTING', words: [...toTheWorld, ...marked(mark, 'MASQUERADE')] },
    ...['-s', '-d'].map((end) => ({
      table: 'filter',
      chain: 'FORWARD',
      words: [end, clusterCIDR, ...marked(mark, 'ACCEPT')],
    })),
  ];
}

/** Makes the rules where they are missing, after a reboot for instance, in place of those for another range. */
export async function keepRules(options: PodRulesOptions): Promise<void> {
  if (!hasIptables()) return;
  const rules = podRules(options);
  for (const table of TABLES) {
    const wanted = rules.filter((rule) => rule.table === table);
    if ((await Promise.all(wanted.map(isThere))).every(Boolean)) continue;
    await removeMarked([table], markOf(options.bridge));
    for (const rule of wanted) await append(rule);
  }
}

/** Takes away our rules, and what is empty of the chains of CNI's `portmap`. Tells how many rules of ours that were. */
export async function removeRules(bridge: string): Promise<number> {
  if (!hasIptables()) return 0;
  const count = await removeMarked(TABLES, markOf(bridge));
  await removePortChains();
  return count;
}

/** `portmap` leaves its chains when the last pod with a port goes, and makes them anew when it needs them. */
async function removePortChains(): Promise<void> {
  const rules = await rulesOf('nat');
  if (rules.some((rule) => rule.startsWith(`${PORT_CHAIN}DNAT `))) return;
  for (const rule of rules.filter((rule) => rule.includes(` -j ${PORT_CHAIN}`))) await remove('nat', rule);
  for (const chain of (await ownChains('nat')).filter((name) => name.startsWith(PORT_CHAIN))) {
    await iptables('nat', '-F', chain);
    await iptables('nat', '-X', chain);
  }
}

const PORT_CHAIN = 'CNI-HOSTPORT-';
