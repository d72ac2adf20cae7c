import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DataDirectory } from '../dataDirectory.ts';
import { type NodeConfig, readNodeConfig, settleNodeConfig } from './nodeConfig.ts';

let directory: DataDirectory;
beforeEach(() => {
  directory = new DataDirectory(mkdtempSync(join(tmpdir(), 'sampan-node-')));
});
afterEach(() => rmSync(directory.path, { recursive: true }));

const FIRST: NodeConfig = {
  runtime: 'cri',
  criSocket: '/run/crio/crio.sock',
  podPidsLimit: 100,
  podLogsDir: '/mnt/pods',
  labels: { disk: 'ssd' },
};

const cases: Record<string, { first?: NodeConfig; asked: Partial<NodeConfig>; want: NodeConfig }> = {
  'the defaults at first': { asked: {}, want: { runtime: 'auto', criSocket: undefined, labels: {} } },
  'what it was started with before': { first: FIRST, asked: {}, want: FIRST },
  'what is asked for now, and the rest as before': {
    first: FIRST,
    asked: { runtime: 'process', labels: { disk: 'hdd' } },
    want: { ...FIRST, runtime: 'process', labels: { disk: 'hdd' } },
  },
  'no limit of processes when that is asked for, although there was one': {
    first: FIRST,
    asked: { podPidsLimit: -1 },
    want: { ...FIRST, podPidsLimit: -1 },
  },
};
for (const [name, { first, asked, want }] of Object.entries(cases))
  test(`a node goes by ${name}, and remembers it`, () => {
    if (first) settleNodeConfig(directory, first);
    expect(settleNodeConfig(directory, asked)).toEqual(want);
    expect(readNodeConfig(directory)).toEqual(want);
  });

test('what it remembers is told to be spoilt when it is', () => {
  directory.write('node.json', 'oh no');
  expect(() => settleNodeConfig(directory, {})).toThrow(/^Cannot read .*node.json: it is not JSON/);
});
