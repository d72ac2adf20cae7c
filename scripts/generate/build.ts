import { execFileSync } from 'node:child_process';

/** What a build is made of, for `/version`. */
export interface BuildFacts {
  readonly gitCommit: string;
  readonly gitTreeState: 'clean' | 'dirty';
  readonly buildDate: string;
}

/** Where there is no history to ask. */
const UNKNOWN: BuildFacts = {
  gitCommit: '0'.repeat(40),
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
};

/** The newest commit of the checkout that has its root there. Its date stands for that of the build: the same source gives the same. */
export function buildFacts(root: string): BuildFacts {
  try {
    // In another repository this is a folder like any other.
    if (git(root, 'rev-parse', '--show-prefix') !== '') return UNKNOWN;
    const [gitCommit = '', date = ''] = git(root, 'log', '-1', '--format=%H %cI').split(' ');
    const gitTreeState = git(root, 'status', '--porcelain') === '' ? 'clean' : 'dirty';
    return { gitCommit, gitTreeState, buildDate: new Date(date).toISOString().replace(/\.\d+Z$/, 'Z') };
  } catch {
    return UNKNOWN;
  }
}

const git = (folder: string, ...args: string[]): string =>
  execFileSync('git', ['-C', folder, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  }).trim();
