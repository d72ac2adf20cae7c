import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { CriLog } from './criLog.ts';

let directory: string;
let log: CriLog;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sampan-log-'));
  log = new CriLog(directory, new VirtualClock(), 4096);
});
afterEach(async () => {
  log.close();
  await rm(directory, { recursive: true });
});

async function lines(tailLines?: number): Promise<string[]> {
  const read: string[] = [];
  const options = { follow: false, tailLines, since: undefined };
  for await (const { text, partial } of log.read(options, new AbortController().signal)) {
    read.push(`${Buffer.from(text)}${partial ? '…' : ''}`);
  }
  return read;
}

test('a line may come in pieces', async () => {
  log.write('stdout', Buffer.from('one\ntw'));
  log.write('stderr', Buffer.from('between\n'));
  log.write('stdout', Buffer.from('o\n'));
  expect(await lines()).toEqual(['one', 'between', 'two']);
});

test('a line that is too long is cut into partial ones', async () => {
  log.write('stdout', Buffer.from(`${'x'.repeat(20_000)}\n`));
  expect((await lines()).map((line) => line.length)).toEqual([16_385, 20_000 - 16_384]);
});

test('the file is rotated, and five are kept', async () => {
  for (let i = 0; i < 1000; i++) log.write('stdout', Buffer.from(`line ${i}\n`));
  const files = (await readdir(directory)).toSorted();
  expect(files).toEqual(['0.log', '0.log.1', '0.log.2', '0.log.3', '0.log.4']);
  for (const file of files) expect((await stat(join(directory, file))).size).toBeLessThanOrEqual(4096);
  const kept = await lines();
  expect(kept.at(-1)).toBe('line 999');
  expect(kept[0]).toBe(`line ${1000 - kept.length}`);
  expect(await lines(2)).toEqual(['line 998', 'line 999']);
});

test('a follower gets each line once', async () => {
  log.write('stdout', Buffer.from('one\n'));
  const read: string[] = [];
  const options = { follow: true, tailLines: undefined, since: undefined };
  for await (const { text } of log.read(options, new AbortController().signal)) {
    read.push(String(Buffer.from(text)));
    if (read.length === 1) log.write('stdout', Buffer.from('two\n'));
    else log.close();
  }
  expect(read).toEqual(['one', 'two']);
});
