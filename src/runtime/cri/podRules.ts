import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const PATH = ['/usr/sbin', '/sbin', '/usr/bin', '/bin', '/usr/local/sbin'];

/** Without iptables pods reach neither the world nor are they reached by ports of the host. */
export const hasIptables = (): boolean => PATH.some((directory) => existsSync(join(directory, 'iptables')));

export interface PodRulesOptions {
  readonly bridge: string;
  /** The addresses of all pods. */
  readonly clusterCIDR: string;
}

/** A place among the tables of iptables, and the rules of ours there. */
interface Place {
  readonly table: string;
  readonly chain: string;
  readonly rules: readonly (readonly string[])[];
}

/**
 * What pods send to the world bears the host's address, what they send to each other does not. A rule for each pod would take
 * longer than all the rest; and other hosts' pods are let through where the host lets nobody through else (Docker).
 */
const placesOf = ({ bridge, clusterCIDR }: PodRulesOptions): Place[] => {
  const marked = (match: string[], target: string) => [...match, ...markOf(bridge), '-j', target];
  const masquerade = marked(['-s', clusterCIDR, '!', '-d', clusterCIDR], 'MASQUERADE');
  const forward = ['-s', '-d'].map((end) => marked([end, clusterCIDR], 'ACCEPT'));
  return [
    { table: 'nat', chain: 'POSTROUTING', rules: [masquerade] },
    { table: 'filter', chain: 'FORWARD', rules: forward },
  ];
};

const markOf = (bridge: string): string[] => ['-m', 'comment', '--comment', `sampan:${bridge}`];

/** Makes the rules where they are missing, after a reboot for instance, in place of those for another range. */
export async function keepRules(options: PodRulesOptions): Promise<void> {
  if (!hasIptables()) return;
  for (const { table, chain, rules } of placesOf(options)) {
    const isThere = (rule: readonly string[]) =>
      iptables(table, '-C', chain, ...rule).then(
        () => true,
        () => false,
      );
    if ((await Promise.all(rules.map(isThere))).every(Boolean)) continue;
    await removeMarked(table, options.bridge);
    for (const rule of rules) await iptables(table, '-A', chain, ...rule);
  }
}

/** Takes away our rules, and what is empty of the chains of CNI's `portmap`. Tells how many rules of ours that were. */
export async function removeRules(bridge: string): Promise<number> {
  if (!hasIptables()) return 0;
  let count = 0;
  for (const table of ['nat', 'filter']) count += await removeMarked(table, bridge);
  await removePortChains();
  return count;
}

async function removeMarked(table: string, bridge: string): Promise<number> {
  const mark = new RegExp(` "?sampan:${bridge}"? `);
  const marked = (await rulesOf(table)).filter((rule) => mark.test(rule));
  for (const rule of marked) await iptables(table, '-D', ...wordsOf(rule));
  return marked.length;
}

/** `portmap` leaves its chains when the last pod with a port goes, and makes them anew when it needs them. */
async function removePortChains(): Promise<void> {
  const rules = await rulesOf('nat');
  if (rules.some((rule) => rule.startsWith(`${PORT_CHAIN}DNAT `))) return;
  for (const rule of rules.filter((rule) => rule.includes(` -j ${PORT_CHAIN}`)))
    await iptables('nat', '-D', ...wordsOf(rule));
  for (const chain of (await lines('nat', '-N ')).filter((name) => name.startsWith(PORT_CHAIN))) {
    await iptables('nat', '-F', chain);
    await iptables('nat', '-X', chain);
  }
}

const PORT_CHAIN = 'CNI-HOSTPORT-';

/** Each as it would be written behind `-A`: chain first. */
const rulesOf = (table: string): Promise<string[]> => lines(table, '-A ');

async function lines(table: string, start: string): Promise<string[]> {
  const { stdout } = await iptables(table, '-S');
  return stdout.split('\n').flatMap((line) => (line.startsWith(start) ? [line.slice(start.length)] : []));
}

/** iptables quotes comments with blanks in them. */
const wordsOf = (rule: string): string[] =>
  [...rule.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted ?? plain ?? '').replace(/\\(.)/g, '$1'),
  );

const iptables = (table: string, ...args: string[]) => run('iptables', ['-w', '-t', table, ...args]);
