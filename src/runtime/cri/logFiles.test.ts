import { closeSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readLog } from './containerLog.ts';
import { openLogFiles } from './logFiles.ts';

const ENDED = { isOver: () => true, onOver: () => () => {} };

const lines = (...texts: string[]) =>
  texts.map((text) => `2026-11-24T12:00:00.000000000Z stdout F ${text}\n`).join('');

describe('a log of many files', () => {
  let folder: string;
  let log: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sampan-logs-'));
    log = join(folder, '0.log');
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function read(tailLines?: number, follow = false): Promise<string[]> {
    const texts: string[] = [];
    const options = { follow, tailLines, since: undefined };
    for await (const { text } of readLog(log, options, ENDED, new AbortController().signal))
      texts.push(`${Buffer.from(text)}`);
    return texts;
  }

  async function writeAll(): Promise<void> {
    await writeFile(`${log}.1.gz`, gzipSync(lines('a', 'b')));
    await writeFile(`${log}.20261124-110000.gz`, gzipSync(lines('c', 'd')));
    await writeFile(`${log}.20261124-120000`, lines('e', 'f'));
    await writeFile(log, `${lines('g')}${lines('half').slice(0, -1)}`);
  }

  test('is read from its beginning, compressed or not, up to the last whole line', async () => {
    await writeAll();
    expect(await read()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });

  test.each([
    [0, []],
    [1, ['g']],
    [3, ['e', 'f', 'g']],
    [4, ['d', 'e', 'f', 'g']],
    [100, ['a', 'b', 'c', 'd', 'e', 'f', 'g']],
  ])('gives its last %i lines', async (count, want) => {
    await writeAll();
    expect(await read(count)).toEqual(want);
  });

  test('does not look into older files for lines that younger ones have', async () => {
    await writeAll();
    await writeFile(`${log}.20261124-110000.gz`, 'not compressed at all');
    expect(await read(3)).toEqual(['e', 'f', 'g']);
    await expect(read(4)).rejects.toThrow('incorrect header check');
  });

  test('is followed although only what is compressed is there', async () => {
    await writeFile(`${log}.20261124-110000.gz`, gzipSync(lines('c', 'd')));
    expect(await read(undefined, true)).toEqual(['c', 'd']);
  });

  test('of which there is no file yet has no lines', async () => {
    expect(await read()).toEqual([]);
  });

  test('counts a file that is being compressed once', async () => {
    await writeAll();
    await writeFile(`${log}.20261124-120000.tmp`, 'half');
    await writeFile(`${log}.20261124-120000.gz`, gzipSync(lines('e', 'f')));
    const files = openLogFiles(log);
    for (const { descriptor } of files) closeSync(descriptor);
    expect(files.map(({ isCompressed }) => isCompressed)).toEqual([true, true, true, false]);
    expect(await read()).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  });
});
