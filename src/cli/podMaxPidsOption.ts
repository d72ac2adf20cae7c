import { InvalidArgumentError, Option } from 'commander';

/** What the kernel takes at most, whatever a host's `kernel.pid_max`. */
const MOST = 4_194_304;

/** By the name that the kubelet has for it. */
export const podMaxPidsOption = (): Option =>
  new Option(
    '--pod-max-pids <count>',
    'the most processes and threads of each pod; -1 for any number (default: as before, else -1)',
  ).argParser(parsePodMaxPids);

/** Throws with a line for the user. */
export function parsePodMaxPids(text: string): number {
  const count = Number(text);
  if (text === '-1' || (/^\d+$/.test(text) && count >= 1 && count <= MOST)) return count;
  throw new InvalidArgumentError(`It must be a number from 1 to ${MOST}, or -1 for no limit.`);
}
