import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DataDirectory } from './dataDirectory.ts';
import { findRunning, noteRunning, type Running } from './runningFile.ts';

const RUNNING: Running = {
  pid: process.pid,
  url: 'https://127.0.0.1:6443',
  startedAt: '2026-11-27T00:00:00Z',
};

function directory(): DataDirectory {
  const path = mkdtempSync(join(tmpdir(), 'sampan-running-'));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return new DataDirectory(path);
}

test('the process that serves a directory is found', () => {
  const there = directory();
  noteRunning(there, RUNNING);
  expect(findRunning(there)).toMatchObject(RUNNING);
});

test('a process that has gone is not', () => {
  const there = directory();
  noteRunning(there, { ...RUNNING, pid: 2 ** 22 + 1 });
  expect(findRunning(there)).toBeUndefined();
});

test('nor is another one that has got its number since: "down" must not end it', () => {
  const there = directory();
  noteRunning(there, RUNNING);
  const text = there.read('running.json')!;
  there.write('running.json', text.replace(/"processStart":"\d+"/, '"processStart":"1"'));
  expect(findRunning(there)).toBeUndefined();
});
