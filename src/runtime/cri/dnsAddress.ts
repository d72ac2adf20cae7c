import { execFile } from 'node:child_process';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { makeBridge } from './serviceRules.ts';

const run = promisify(execFile);
/** Of Linux, for names of links. */
const LONGEST_NAME = 15;
const SUFFIX = '-dns';

/**
 * The link that has the address of the cluster's DNS. It is one of its own, since CNI wants no second address on the bridge, and a
 * bridge, since those are there wherever pods have a network.
 */
const dnsLink = (bridge: string): string => bridge.slice(0, LONGEST_NAME - SUFFIX.length) + SUFFIX;

/** The host has that address afterwards, as its own. */
export async function keepDnsAddress(bridge: string, address: string): Promise<void> {
  const link = dnsLink(bridge);
  if (networkInterfaces()[link]?.some((own) => own.address === address)) return;
  await makeBridge(link);
  await run('ip', ['addr', 'replace', `${address}/32`, 'dev', link]);
  await run('ip', ['link', 'set', link, 'up']);
}

/** Tells whether it was there. */
export const removeDnsAddress = (bridge: string): Promise<boolean> =>
  run('ip', ['link', 'delete', dnsLink(bridge)]).then(
    () => true,
    (error: Error) => {
      if (/Cannot find device/.test(error.message)) return false;
      throw error;
    },
  );
