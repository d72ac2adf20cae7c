import { globSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { until } from './until.ts';

/** The parent of all pods' control groups, in both versions of them. */
const PARENT = '/sys/fs/cgroup/{*/,}sampan';

/** Those of containers that were switched off with their runtime: control groups are the machine's, for all its hosts. */
export async function removeControlGroups(containers: readonly string[]): Promise<void> {
  for (const group of containers.flatMap((id) => globSync(`${PARENT}/${id}`)))
    await until('the last process of a container is gone', () =>
      rmdir(group).then(
        () => true,
        ({ code }: NodeJS.ErrnoException) => code === 'ENOENT' || `${code}`,
      ),
    );
  for (const parent of globSync(PARENT)) await rmdir(parent).catch(() => {}); // others may be in it
}
