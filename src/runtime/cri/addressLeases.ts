import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { EpochMs } from '../../clock/clock.ts';

/** Where CNI's `host-local` keeps who has which address: a file for each, named after it. */
const NETWORKS = '/var/lib/cni/networks';

/** A sandbox that is being made has its address before the runtime tells of it. */
const YOUNG_MS = 300_000;

export const leaseDirectory = (network: string): string => join(NETWORKS, network);

/**
 * Gives back the addresses of sandboxes that the runtime does not know: those that it was making, or removing, when it died.
 * Without that a node would run out of addresses in the end.
 */
export async function removeLeakedLeases(
  network: string,
  known: ReadonlySet<string>,
  now: EpochMs,
  directory = leaseDirectory(network),
): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  for (const name of names.filter((name) => ADDRESS.test(name))) {
    const path = join(directory, name);
    const holder = (await readFile(path, 'utf8').catch(() => '')).split(/\s/)[0] ?? '';
    const { mtimeMs = now } = (await stat(path).catch(() => undefined)) ?? {};
    if (!known.has(holder) && now - mtimeMs > YOUNG_MS) await rm(path, { force: true });
  }
}

const ADDRESS = /^\d+\.\d+\.\d+\.\d+$/;
