import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { removeLeakedLeases } from './addressLeases.ts';

test('addresses of sandboxes that are no more are given back, unless one may just be in the making', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'sampan-leases-'));
  const now = new SystemClock().now();
  const lease = async (name: string, holder: string, ageMs: number) => {
    await writeFile(join(directory, name), `${holder}\r\neth0`);
    await utimes(join(directory, name), now / 1000, (now - ageMs) / 1000);
  };
  await lease('10.244.1.2', 'there', 3_600_000);
  await lease('10.244.1.3', 'gone', 3_600_000);
  await lease('10.244.1.4', 'coming', 10_000);
  await lease('last_reserved_ip.0', '10.244.1.4', 3_600_000);
  await removeLeakedLeases('sampan0', new Set(['there']), now, directory);
  expect(await readdir(directory)).toEqual(['10.244.1.2', '10.244.1.4', 'last_reserved_ip.0']);
  await rm(directory, { recursive: true });
});

test('a network that has no addresses yet has none to give back', async () => {
  await removeLeakedLeases('nowhere', new Set(), 0, '/nowhere/at/all');
});
