import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildFacts } from './build.ts';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sampan-build-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const NOBODY = '0'.repeat(40);

function commit(): string {
  const env = {
    ...process.env,
    GIT_COMMITTER_DATE: '2026-03-01T12:00:00+02:00',
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', root, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      env,
      encoding: 'utf8',
    });
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message', 'first');
  return git('rev-parse', 'HEAD').trim();
}

test('a build is of the newest commit, and as old as that', () => {
  const gitCommit = commit();
  expect(buildFacts(root)).toEqual({ gitCommit, gitTreeState: 'clean', buildDate: '2026-03-01T10:00:00Z' });
});

test('what is not committed makes it dirty', () => {
  commit();
  writeFileSync(join(root, 'more'), '');
  expect(buildFacts(root).gitTreeState).toBe('dirty');
});

test('without a history of its own it is of no commit', () => {
  expect(buildFacts(root).gitCommit).toBe(NOBODY);
  commit();
  const inner = join(root, 'inner');
  mkdirSync(inner);
  expect(buildFacts(inner).gitCommit).toBe(NOBODY);
});
