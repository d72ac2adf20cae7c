import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { EpochMs } from '../../clock/clock.ts';
import { MOST_LOG_BYTES, MOST_LOG_FILES } from '../criLogFormat.ts';
import { agedLogs, agedName, COMPRESSED, draftOf, unusedLogs } from './agedLogs.ts';

/**
 * Puts a log that has grown too large aside, as the kubelet does: the youngest of those stays as it is, so that whoever reads it can come
 * to its end; older ones are compressed, and of the oldest nothing is kept. `reopen` has the runtime write to a new file.
 */
export async function rotateLog(path: string, now: EpochMs, reopen: () => Promise<void>): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  // Somebody has taken it away, or an earlier try ended halfway: the runtime would write to a file that nobody finds.
  if (!found) return reopen();
  if (found.size <= MOST_LOG_BYTES) return;
  for (const unused of unusedLogs(path)) await rm(unused, { force: true });
  const kept = agedLogs(path);
  for (const oldest of kept.splice(0, kept.length - (MOST_LOG_FILES - 2))) await rm(oldest, { force: true });
  await putAside(path, now, reopen);
  for (const older of kept) if (!older.endsWith(COMPRESSED)) await compress(older);
}

async function putAside(path: string, now: EpochMs, reopen: () => Promise<void>): Promise<void> {
  const aside = agedName(path, now);
  await rename(path, aside);
  try {
    await reopen();
  } catch (error) {
    await rename(aside, path);
    throw error;
  }
}

/** At no time is neither of both files there. */
async function compress(path: string): Promise<void> {
  const draft = draftOf(path);
  const { mode } = await stat(path);
  try {
    await pipeline(createReadStream(path), createGzip(), createWriteStream(draft, { mode }));
    await rename(draft, `${path}${COMPRESSED}`);
  } finally {
    await rm(draft, { force: true });
  }
  await rm(path, { force: true });
}
