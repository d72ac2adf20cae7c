import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { isLoopback } from '../../apimachinery/loopback.ts';
import type { ApiService } from '../runtime.ts';
import { append, hasIptables, isThere, marked, markedRules, type Rule, removeMarked } from './iptables.ts';

export interface ServiceRulesOptions {
  readonly bridge: string;
  readonly service: ApiService;
}

const run = promisify(execFile);
const TABLES = ['nat', 'mangle'];
const markOf = (bridge: string): string => `sampan:${bridge}:kubernetes`;

/**
 * What leads from the address of the service `kubernetes` to the API server: for pods, which come over the bridge, and for the host
 * itself and pods in its network. A server that listens at the loopback only is found there, but nothing else of the loopback is: what
 * is sent to it as such is dropped before it is looked at (CVE-2020-8558).
 */
export function serviceRules({ bridge, service }: ServiceRulesOptions): Rule[] {
  const { clusterIP, port, server } = service;
  const mark = markOf(bridge);
  const match = ['-d', `${clusterIP}/32`, '-p', 'tcp', '-m', 'tcp', '--dport', String(port)];
  const target = marked(mark, 'DNAT', '--to-destination', `${server.address}:${server.port}`);
  const guard = ['-i', bridge, '-d', '127.0.0.0/8', ...marked(mark, 'DROP')];
  return [
    ...(isLoopback(server.address) ? [{ table: 'mangle', chain: 'PREROUTING', words: guard }] : []),
    { table: 'nat', chain: 'PREROUTING', words: ['-i', bridge, ...match, ...target] },
    { table: 'nat', chain: 'OUTPUT', words: [...match, ...target] },
  ];
}

/** Leads to this server from now on, and to no other that was there before. */
export async function useServiceRules(options: ServiceRulesOptions): Promise<void> {
  if (!hasIptables()) return;
  const { bridge, service } = options;
  const rules = serviceRules(options);
  if (!(await isExactly(rules, bridge))) {
    await removeMarked(TABLES, markOf(bridge));
    for (const rule of rules) await append(rule);
  }
  if (isLoopback(service.server.address)) await openLoopback(bridge);
}

/** Makes what somebody has taken away. Rules of another process of this host stay: it has come later, and its server comes first. */
export async function keepServiceRules(options: ServiceRulesOptions): Promise<void> {
  if (!hasIptables()) return;
  for (const rule of serviceRules(options)) if (!(await isThere(rule))) await append(rule);
  if (isLoopback(options.service.server.address)) await openLoopback(options.bridge);
}

/** Tells how many there were. */
export const removeServiceRules = async (bridge: string): Promise<number> =>
  hasIptables() ? removeMarked(TABLES, markOf(bridge)) : 0;

async function isExactly(rules: readonly Rule[], bridge: string): Promise<boolean> {
  const present = await Promise.all(TABLES.map((table) => markedRules(table, markOf(bridge))));
  if (present.flat().length !== rules.length) return false;
  return (await Promise.all(rules.map(isThere))).every(Boolean);
}

/** The kernel sends nothing from another link to the loopback unless it is told so. */
export async function openLoopback(bridge: string): Promise<void> {
  await makeBridge(bridge);
  await writeFile(`/proc/sys/net/ipv4/conf/${bridge}/route_localnet`, '1\n');
}

/** There is such a bridge afterwards. CNI takes one that is there. */
export async function makeBridge(name: string): Promise<void> {
  await run('ip', ['link', 'add', name, 'type', 'bridge']).catch((error: Error) => {
    if (!/File exists/.test(error.message)) throw error;
  });
}
