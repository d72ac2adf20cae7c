import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { makeBridge } from '../serviceRules.ts';

const run = promisify(execFile);
const ALL_BRIDGES = '/proc/sys/net/bridge/bridge-nf-call-iptables';
let hasTriedModule = false;

/**
 * Lets the kernel look at what pods on a bridge send to each other, so that answers of services are known as such. Resolves to
 * false where it cannot: the module `br_netfilter` is missing.
 */
export async function seeTraffic(bridge: string): Promise<boolean> {
  if ((await read(`/sys/class/net/${bridge}/bridge/nf_call_iptables`)) === '1') return true;
  await loadModule();
  if (!existsSync(ALL_BRIDGES)) return false;
  await makeBridge(bridge);
  return run('ip', ['link', 'set', bridge, 'type', 'bridge', 'nf_call_iptables', '1']).then(
    () => true,
    () => false,
  );
}

/** What the module does to all bridges from the start is left to whoever wants it: virtual machines may be on others. */
async function loadModule(): Promise<void> {
  if (hasTriedModule || existsSync(ALL_BRIDGES)) return;
  hasTriedModule = true;
  await run('modprobe', ['br_netfilter']).catch(() => {});
  if ((await read(ALL_BRIDGES)) === '1') await writeFile(ALL_BRIDGES, '0\n');
}

const read = async (path: string): Promise<string> => (await readFile(path, 'utf8').catch(() => '')).trim();
