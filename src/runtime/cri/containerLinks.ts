import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** `ext4` has no longer names. */
const LONGEST_NAME = 255;
const SUFFIX = '.log';

/** Where the links to the logs of a root lie, for collectors that look there: `/var/log/containers` for `/var/log/pods`. */
export const linksBeside = (root: string): string => join(dirname(root), 'containers');

/**
 * The link to a container's log, `<pod>_<namespace>_<container>-<id>.log`. Undefined for one that does not lie as the kubelet has it,
 * `<root>/<namespace>_<pod>_<uid>/<container>/<n>.log`.
 */
function linkTo(log: string, containerId: string): string | undefined {
  const container = dirname(log);
  const pod = dirname(container);
  const [namespace, name, uid] = basename(pod).split('_');
  if (uid === undefined) return undefined;
  const text = `${name}_${namespace}_${basename(container)}-${containerId}`;
  return join(linksBeside(dirname(pod)), text.slice(0, LONGEST_NAME - SUFFIX.length) + SUFFIX);
}

/** Makes the link to the log of a container that has started. One to a log that is not there would be of no use. */
export async function linkLog(log: string, containerId: string): Promise<void> {
  const link = linkTo(log, containerId);
  if (!link || !existsSync(log) || (await targetOf(link)) === log) return;
  await mkdir(dirname(link), { recursive: true });
  // A name that was cut may be that of an earlier life.
  await rm(link, { force: true });
  await symlink(log, link);
}

/** Takes the link to a container's log away. */
export async function unlinkLog(log: string, containerId: string): Promise<void> {
  const link = linkTo(log, containerId);
  if (link && (await targetOf(link)) === log) await rm(link, { force: true });
}

/** Takes away the links to all logs in the folders of pods. */
export async function unlinkPods(podDirectories: readonly string[]): Promise<void> {
  const directories = new Set(podDirectories);
  for (const root of new Set(podDirectories.map((directory) => dirname(directory))))
    for (const { link, target } of await linksInto(root))
      if (directories.has(dirname(dirname(target)))) await rm(link, { force: true });
}

/** The links to logs of a root that are not there. */
export async function danglingLinks(root: string): Promise<string[]> {
  const links = await linksInto(root);
  return links.filter(({ target }) => !existsSync(target)).map(({ link }) => link);
}

/** Links that lead elsewhere are somebody else's. */
async function linksInto(root: string): Promise<{ link: string; target: string }[]> {
  const folder = linksBeside(root);
  const found: { link: string; target: string }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const link = join(folder, name);
    const target = name.endsWith(SUFFIX) ? await targetOf(link) : undefined;
    if (target !== undefined && dirname(dirname(dirname(target))) === root) found.push({ link, target });
  }
  return found;
}

const targetOf = (link: string): Promise<string | undefined> => readlink(link).catch(() => undefined);
