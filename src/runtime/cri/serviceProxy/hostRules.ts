import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { hasIptables } from '../iptables.ts';
import { type Signs, signsOfBridge } from './chainNames.ts';
import { restoreText } from './restoreText.ts';
import { ownSavedRules } from './savedRules.ts';
import { noRules, TABLES, type Tables } from './tables.ts';

const run = promisify(execFile);
/** Rules of ten thousand services are some megabytes. */
const LONGEST_TEXT = 256 * 1024 * 1024;
/** Who else writes rules is waited for. */
const PATIENCE_SECONDS = '5';

/** Which rules of the host bear the signs. */
export async function presentRules(signs: Signs): Promise<Tables> {
  const { stdout } = await run('iptables-save', [], { maxBuffer: LONGEST_TEXT });
  return ownSavedRules(stdout, signs);
}

/** Makes of present rules the wanted ones, all of a table at once. */
export async function changeRules(wanted: Tables, present: Tables): Promise<void> {
  const text = restoreText(wanted, present);
  if (text === '') return;
  const restoring = run('iptables-restore', ['--noflush', '--wait', PATIENCE_SECONDS]);
  // Whoever does not read to the end says why when it exits.
  restoring.child.stdin?.on('error', () => {});
  restoring.child.stdin?.end(text);
  await restoring;
}

/** Takes away all rules for services that nodes with that bridge have made, and tells how many there were. */
export async function removeServiceChains(bridge: string): Promise<number> {
  if (!hasIptables()) return 0;
  const present = await presentRules(signsOfBridge(bridge));
  await changeRules(noRules(), present);
  return TABLES.flatMap((table) => [...present[table].values()]).flat().length;
}
