import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The folder of the containerd that tests run, with its shim and its `ctr`: any release does. The host's own unless given. */
const FOLDER = 'SAMPAN_TEST_CONTAINERD';

const folder = process.env[FOLDER] && resolve(process.env[FOLDER]);
if (folder && !existsSync(join(folder, 'containerd')))
  throw new Error(`There is no containerd in ${folder}, which ${FOLDER} names`);

/** What a containerd of the tests, and `ctr` for it, have to have in their environment: containerd looks for its shim on the path. */
export const CONTAINERD_ENVIRONMENT: Readonly<Record<'PATH', string>> = {
  PATH: [...(folder ? [folder] : []), process.env.PATH].join(':'),
};

/** As in `2.1.9`. */
export function containerdVersion(): string {
  const env = { ...process.env, ...CONTAINERD_ENVIRONMENT };
  const said = execFileSync('containerd', ['--version'], { env, encoding: 'utf8' });
  const version = /\bv?(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (!version) throw new Error(`containerd does not tell its version: ${said}`);
  return version;
}

/** Whether it is this release or a later one: `1.7`. */
export function isAtLeast(release: string): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const [ownMajor = 0, ownMinor = 0] = containerdVersion().split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
