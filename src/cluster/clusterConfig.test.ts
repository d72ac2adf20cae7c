import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ClusterConfig, readConfig, settleConfig } from './clusterConfig.ts';
import { DataDirectory } from './dataDirectory.ts';

let directory: DataDirectory;
beforeEach(() => {
  directory = new DataDirectory(mkdtempSync(join(tmpdir(), 'sampan-cluster-')));
});
afterEach(() => rmSync(directory.path, { recursive: true }));

const AT_FIRST: ClusterConfig = { nodes: 3, runtime: 'auto', clock: 'system' };
const FIRST: ClusterConfig = {
  nodes: 1,
  runtime: 'cri',
  clock: 'system',
  podPidsLimit: 100,
  podLogsDir: '/mnt/pods',
};

const cases: Record<string, { first?: ClusterConfig; asked: Partial<ClusterConfig>; want: ClusterConfig }> = {
  'the defaults at first': { asked: {}, want: AT_FIRST },
  'what it was started with before': { first: FIRST, asked: {}, want: FIRST },
  'what is asked for now, and the rest as before': {
    first: FIRST,
    asked: { nodes: 2, podPidsLimit: 50 },
    want: { ...FIRST, nodes: 2, podPidsLimit: 50 },
  },
  'no limit of processes when that is asked for, although there was one': {
    first: FIRST,
    asked: { podPidsLimit: -1 },
    want: { ...FIRST, podPidsLimit: -1 },
  },
};
for (const [name, { first, asked, want }] of Object.entries(cases))
  test(`a cluster goes by ${name}, and remembers it`, () => {
    if (first) settleConfig(directory, first);
    expect(settleConfig(directory, asked)).toEqual(want);
    expect(readConfig(directory)).toEqual(want);
  });
