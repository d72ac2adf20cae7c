import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MOST_LOG_BYTES } from '../criLogFormat.ts';
import { rotateLog } from './logRotation.ts';

const NOON = Date.parse('2026-11-24T12:00:00Z');
const MINUTE_MS = 60_000;

describe('a log that is rotated', () => {
  let folder: string;
  let log: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sampan-rotation-'));
    log = join(folder, '0.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** As the runtime does when it is told to open the log anew. */
  const reopen = () => writeFile(log, '');

  async function fill(text: string): Promise<void> {
    await writeFile(log, text);
    await truncate(log, MOST_LOG_BYTES + 1);
  }

  const firstWord = async (name: string) => {
    const bytes = await readFile(join(folder, name));
    return `${(name.endsWith('.gz') ? gunzipSync(bytes) : bytes).subarray(0, 3)}`;
  };

  const names = async () => (await readdir(folder)).sort();

  test('stays as it is while it has room', async () => {
    await writeFile(log, 'one');
    await rotateLog(log, NOON, () => Promise.reject(new Error('not asked for')));
    expect(await names()).toEqual(['0.log']);
  });

  test('is put aside by the time, and the older ones are compressed but for the youngest', async () => {
    for (const [index, word] of ['one', 'two', 'six'].entries()) {
      await fill(word);
      await rotateLog(log, NOON + index * MINUTE_MS, reopen);
    }
    const aside = ['0.log.20261124-120000.gz', '0.log.20261124-120100.gz', '0.log.20261124-120200'];
    expect(await names()).toEqual(['0.log', ...aside]);
    expect(await Promise.all(aside.map(firstWord))).toEqual(['one', 'two', 'six']);
  });

  test('leaves five files at most, the youngest ones', async () => {
    for (let index = 0; index < 7; index++) {
      await fill(`${index}`);
      await rotateLog(log, NOON + index * MINUTE_MS, reopen);
    }
    expect(await names()).toEqual([
      '0.log',
      '0.log.20261124-120300.gz',
      '0.log.20261124-120400.gz',
      '0.log.20261124-120500.gz',
      '0.log.20261124-120600',
    ]);
  });

  test('takes no other one away, though it is as late as that', async () => {
    for (const word of ['one', 'two']) {
      await fill(word);
      await rotateLog(log, NOON, reopen);
    }
    expect(await names()).toEqual(['0.log', '0.log.20261124-120000.gz', '0.log.20261124-120001']);
  });

  test('has its name back when the runtime does not open it anew', async () => {
    await fill('one');
    await expect(rotateLog(log, NOON, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await names()).toEqual(['0.log']);
  });

  test('that somebody has taken away is opened anew', async () => {
    await rotateLog(log, NOON, reopen);
    expect(existsSync(log)).toBe(true);
  });

  test('is older when an earlier release has counted it', async () => {
    for (const age of [1, 2, 3, 4]) await writeFile(`${log}.${age}`, `no${age}`);
    await fill('now');
    await rotateLog(log, NOON, reopen);
    expect(await names()).toEqual(
      ['0.log', '0.log.1.gz', '0.log.20261124-120000', '0.log.2.gz', '0.log.3.gz'].sort(),
    );
    expect(await firstWord('0.log.1.gz')).toBe('no1');
  });

  test('takes up what an interrupted compression has left', async () => {
    await writeFile(`${log}.20261124-110000`, 'one');
    await writeFile(`${log}.20261124-110000.gz`, 'one, compressed');
    await writeFile(`${log}.20261124-113000`, 'two');
    await writeFile(`${log}.20261124-113000.tmp`, 'half of t');
    await fill('six');
    await rotateLog(log, NOON, reopen);
    expect(await names()).toEqual([
      '0.log',
      '0.log.20261124-110000.gz',
      '0.log.20261124-113000.gz',
      '0.log.20261124-120000',
    ]);
    expect(await firstWord('0.log.20261124-113000.gz')).toBe('two');
  });
});
