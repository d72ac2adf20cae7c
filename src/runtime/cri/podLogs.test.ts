import { existsSync, globSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Mount } from '../runtime.ts';
import { POD } from '../testing/configs.ts';
import { PodFiles, podFolderName } from './podFiles.ts';
import { PodLogs, removeLogRoots } from './podLogs.ts';

const ID = 'c'.repeat(64);
const OTHER = { ...POD, name: 'other', uid: 'uid-2' };

describe('the logs of pods', () => {
  let host: string;
  /** Of the node. */
  let directory: string;
  let root: string;
  let links: string;
  beforeEach(async () => {
    host = await mkdtemp(join(tmpdir(), 'sampan-pod-logs-'));
    directory = join(host, 'node');
    root = join(host, 'log/pods');
    links = join(host, 'log/containers');
  });
  afterEach(() => rm(host, { recursive: true, force: true }));

  const linkNames = () => [...readdirSync(links), ...readdirSync(join(directory, 'container-links'))];

  /** What a runtime has done when a container of a pod has started. */
  async function start(logs: PodLogs, pod = POD, container = 'main', id = ID): Promise<string> {
    const files = new PodFiles(join(directory, 'pods'), pod);
    await files.makeFolders(logs.directoryOf(pod));
    const log = join(await files.logs(), files.logOf(container, 0));
    await mkdir(dirname(log), { recursive: true });
    await writeFile(log, 'text');
    await logs.link(log, id);
    return log;
  }

  test('lie as the kubelet has them, with a link for each container', async () => {
    const log = await start(await PodLogs.open(directory, root));
    expect(log).toBe(join(root, 'default_pod_uid-1/main/0.log'));
    for (const folder of [links, join(directory, 'container-links')])
      expect(readlinkSync(join(folder, `pod_default_main-${ID}.log`))).toBe(log);
  });

  test('stay for a moment when their pod is gone, then all of them go; those of others stay', async () => {
    const logs = await PodLogs.open(directory, root);
    const log = await start(logs);
    await start(logs, OTHER, 'main', 'd'.repeat(64));
    logs.leave(POD);
    expect(existsSync(log)).toBe(true);
    await logs.collect();
    expect(readdirSync(root)).toEqual([podFolderName(OTHER)]);
    const left = `other_default_main-${'d'.repeat(64)}.log`;
    expect(linkNames()).toEqual([left, left]);
    expect(readdirSync(join(directory, 'pods'))).toEqual([podFolderName(OTHER)]);
  });

  test('stay when their pod comes back in time', async () => {
    const logs = await PodLogs.open(directory, root);
    const log = await start(logs);
    logs.leave(POD);
    await logs.keep(POD);
    await logs.collect();
    expect(existsSync(log)).toBe(true);
  });

  test('of another cluster or a kubelet at the same place are left alone', async () => {
    const logs = await PodLogs.open(directory, root);
    await mkdir(join(root, 'default_foreign_uid-9/main'), { recursive: true });
    await start(logs);
    logs.leave(POD);
    await logs.collect();
    expect(readdirSync(root)).toEqual(['default_foreign_uid-9']);
  });

  test('lie where they were for a sandbox that was made before', async () => {
    const before = await start(await PodLogs.open(directory, undefined));
    expect(before).toBe(join(directory, 'pods/default_pod_uid-1/0/logs/main/0.log'));
    const logs = await PodLogs.open(directory, root);
    expect(await new PodFiles(join(directory, 'pods'), POD).logs()).toBe(dirname(dirname(before)));
    expect(await start(logs, { ...POD, attempt: 1 })).toBe(join(root, 'default_pod_uid-1/main/0.log'));
    expect(readdirSync(links)).toHaveLength(1);
    logs.leave(POD);
    await logs.collect();
    expect(globSync('**', { cwd: host }).filter((path) => path.includes('uid-1'))).toEqual([]);
  });

  test('go with their pod from a root that is not the present one', async () => {
    await start(await PodLogs.open(directory, root));
    const logs = await PodLogs.open(directory, join(host, 'elsewhere/pods'));
    logs.leave(POD);
    await logs.collect();
    expect([...readdirSync(root), ...readdirSync(links)]).toEqual([]);
  });

  test('lie in the folder of the node where the root must not be written to, which is told', async () => {
    await mkdir(join(host, 'log'));
    await writeFile(root, 'not a folder');
    const logs = await PodLogs.open(directory, root);
    expect(logs.problem).toMatch(
      /^Logs of containers are kept in .*\/node\/pods, where collectors do not find them: EEXIST/,
    );
    expect(await start(logs)).toBe(join(directory, 'pods/default_pod_uid-1/0/logs/main/0.log'));
    expect(existsSync(links)).toBe(false);
    const mounts = [{ containerPath: '/log', hostPath: dirname(root), readOnly: true }];
    expect(await logs.mountsFor(mounts)).toEqual(mounts);
  });

  test('lose their link with the container', async () => {
    const logs = await PodLogs.open(directory, root);
    const log = await start(logs);
    await logs.unlink(log, 'another');
    expect(linkNames()).toHaveLength(2);
    await logs.unlink(log, ID);
    expect(linkNames()).toEqual([]);
  });

  test('have links whose names fit; the next life takes the name over when it is the same', async () => {
    const logs = await PodLogs.open(directory, root);
    const first = await start(logs, { ...POD, name: 'x'.repeat(238) });
    const second = join(dirname(first), '1.log');
    await logs.link(second, 'd'.repeat(64));
    expect(readlinkSync(join(links, readdirSync(links)[0]!))).toBe(first);
    await writeFile(second, '');
    await logs.link(second, 'd'.repeat(64));
    const [name, ...others] = readdirSync(links);
    expect(name).toHaveLength(255);
    expect(others).toEqual([]);
    expect(readlinkSync(join(links, name!))).toBe(second);
    await logs.unlink(first, ID);
    expect(linkNames()).toHaveLength(2);
  });

  test.each<[title: string, mounts: Record<string, string>, seen: Record<string, string>]>([
    ['the folder of logs', { '/log': 'log/' }, { '/log': 'log/', '/log/containers': 'node/container-links' }],
    ['the links', { '/links': 'log/containers' }, { '/links': 'node/container-links' }],
    [
      'both',
      { '/log': 'log', '/log/containers': 'log/containers' },
      { '/log': 'log', '/log/containers': 'node/container-links' },
    ],
    ['the logs alone', { '/pods': 'log/pods' }, { '/pods': 'log/pods' }],
    ['the whole host', { '/host': '.' }, { '/host': '.' }],
  ])('are linked for their own node alone where a container mounts %s', async (_, mounts, seen) => {
    const mountsOf = (places: Record<string, string>): Mount[] =>
      Object.entries(places).map(([containerPath, path]) => ({
        containerPath,
        hostPath: `${host}/${path}`,
        readOnly: true,
      }));
    const logs = await PodLogs.open(directory, root);
    expect(await logs.mountsFor(mountsOf(mounts))).toEqual(mountsOf(seen));
    const shared = mountsOf(mounts).map((mount) => ({ ...mount, propagation: 'Bidirectional' as const }));
    expect(await logs.mountsFor(shared)).toEqual(shared);
  });

  test('that links have led to twice in vain lose their links; a log may be missing while it is rotated', async () => {
    const logs = await PodLogs.open(directory, root);
    const log = await start(logs);
    await rm(log);
    await logs.collect();
    await writeFile(log, '');
    await logs.collect();
    expect(readdirSync(links)).toHaveLength(1);
    await rm(log);
    await logs.collect();
    await logs.collect();
    expect(linkNames()).toEqual([]);
  });

  test('have nothing to do with links that lead elsewhere', async () => {
    const logs = await PodLogs.open(directory, root);
    await symlink('/nowhere/pods/a_b_c/main/0.log', join(links, 'b_a_main-1.log'));
    await symlink(join(root, 'a_b_c/main/0.log'), join(links, 'notes.txt'));
    await logs.collect();
    await logs.collect();
    expect(readdirSync(links)).toEqual(['b_a_main-1.log', 'notes.txt']);
  });

  test('take their root along when nothing is in it any more', async () => {
    const logs = await PodLogs.open(directory, root);
    await start(logs);
    expect(await removeLogRoots([directory])).toEqual([]);
    logs.leave(POD);
    await logs.collect();
    expect(await removeLogRoots([directory, directory])).toEqual([root, links]);
  });
});
