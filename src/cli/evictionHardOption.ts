import { InvalidArgumentError, Option } from 'commander';
import { parseThresholds } from '../node/pressure/parseThresholds.ts';

/** By the name that the kubelet has for it. */
export const evictionHardOption = (): Option =>
  new Option(
    '--eviction-hard <thresholds>',
    'when pods are evicted: memory.available<100Mi,nodefs.available<5% (default: as before, else these and 5 % of inodes and images)',
  ).argParser(checked);

/** The text itself, which is what is kept. Throws with a line for the user. */
function checked(text: string): string {
  try {
    parseThresholds(text);
  } catch (error) {
    throw new InvalidArgumentError((error as Error).message);
  }
  return text;
}
