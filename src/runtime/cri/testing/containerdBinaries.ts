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

/** The same for the host's own containerd. */
export const HOST_ENVIRONMENT: Readonly<Record<'PATH', string>> = { PATH: process.env.PATH ?? '' };

/** Why the host's own containerd cannot be replaced by the one that the tests run; undefined when it can. */
export function whyNoUpgrade(): string | undefined {
  if (!folder) return `${FOLDER} names no other containerd`;
  const isInstalled = HOST_ENVIRONMENT.PATH.split(':').some((path) => existsSync(join(path, 'containerd')));
  return isInstalled ? undefined : 'the host has no containerd of its own';
}

/** As in `2.1.9`. */
export function containerdVersion(environment = CONTAINERD_ENVIRONMENT): string {
  const env = { ...process.env, ...environment };
  const said = execFileSync('containerd', ['--version'], { env, encoding: 'utf8' });
  const version = /\bv?(\d+\.\d+\.\d+)/.exec(said)?.[1];
  if (!version) throw new Error(`containerd does not tell its version: ${said}`);
  return version;
}

/** Whether it is this release or a later one: `1.7`. */
export function isAtLeast(release: string, environment = CONTAINERD_ENVIRONMENT): boolean {
  const [major = 0, minor = 0] = release.split('.').map(Number);
  const [ownMajor = 0, ownMinor = 0] = containerdVersion(environment).split('.').map(Number);
  return ownMajor > major || (ownMajor === major && ownMinor >= minor);
}
