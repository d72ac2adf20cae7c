import { existsSync } from 'node:fs';
import { mkdir, readdir, readlink, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** `ext4` has no longer names. */
const LONGEST_NAME = 255;
const SUFFIX = '.log';

/** Where the links to the logs of a root lie, for collectors that look there: `/var/log/containers` for `/var/log/pods`. */
export const linksBeside = (root: string): string => join(dirname(root), 'containers');

/** The root of a log that lies as the kubelet has it, `<root>/<namespace>_<pod>_<uid>/<container>/<n>.log`. */
export const rootOfLog = (log: string): string => dirname(dirname(dirname(log)));

/** How the link to a container's log is called, `<pod>_<namespace>_<container>-<id>.log`. Undefined for one that does not lie as the kubelet has it. */
export function linkName(log: string, containerId: string): string | undefined {
  const container = dirname(log);
  const [namespace, name, uid] = basename(dirname(container)).split('_');
  if (uid === undefined) return undefined;
  const text = `${name}_${namespace}_${basename(container)}-${containerId}`;
  return text.slice(0, LONGEST_NAME - SUFFIX.length) + SUFFIX;
}

/** Makes a link to a log. One to a log that is not there would be of no use. */
export async function makeLink(link: string, log: string): Promise<void> {
  if (!existsSync(log) || (await targetOf(link)) === log) return;
  // Who resets another cluster of this host takes an empty folder along.
  await mkdir(dirname(link), { recursive: true });
  // A name that was cut may be that of an earlier life.
  await rm(link, { force: true });
  await symlink(log, link);
}

/** Takes a link to a log away, unless it leads to another one by now. */
export async function removeLink(link: string, log: string): Promise<void> {
  if ((await targetOf(link)) === log) await rm(link, { force: true });
}

/** Takes away the links in a folder to all logs of pods, by the folders of those. */
export async function removeLinksInto(folder: string, podDirectories: ReadonlySet<string>): Promise<void> {
  for (const { link, target } of await linksIn(folder))
    if (podDirectories.has(dirname(dirname(target)))) await rm(link, { force: true });
}

/** The links in a folder to logs of a root that are not there. Those that lead elsewhere are somebody else's. */
export async function danglingLinks(folder: string, root: string): Promise<string[]> {
  const links = await linksIn(folder);
  const dangling = links.filter(({ target }) => rootOfLog(target) === root && !existsSync(target));
  return dangling.map(({ link }) => link);
}

async function linksIn(folder: string): Promise<{ link: string; target: string }[]> {
  const found: { link: string; target: string }[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const link = join(folder, name);
    const target = name.endsWith(SUFFIX) ? await targetOf(link) : undefined;
    if (target !== undefined) found.push({ link, target });
  }
  return found;
}

const targetOf = (link: string): Promise<string | undefined> => readlink(link).catch(() => undefined);
