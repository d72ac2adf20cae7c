import { existsSync, globSync, readdirSync, readlinkSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { POD } from '../testing/configs.ts';
import { linkLog, unlinkLog } from './containerLinks.ts';
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

  /** What a runtime has done when a container of a pod has started. */
  async function start(logs: PodLogs, pod = POD, container = 'main', id = ID): Promise<string> {
    const files = new PodFiles(join(directory, 'pods'), pod);
    await files.makeFolders(logs.directoryOf(pod));
    const log = join(await files.logs(), files.logOf(container, 0));
    await mkdir(dirname(log), { recursive: true });
    await writeFile(log, 'text');
    await linkLog(log, id);
    return log;
  }

  test('lie as the kubelet has them, with a link for each container', async () => {
    const log = await start(await PodLogs.open(directory, root));
    expect(log).toBe(join(root, 'default_pod_uid-1/main/0.log'));
    expect(readlinkSync(join(links, `pod_default_main-${ID}.log`))).toBe(log);
  });

  test('stay for a moment when their pod is gone, then all of them go; those of others stay', async () => {
    const logs = await PodLogs.open(directory, root);
    const log = await start(logs);
    await start(logs, OTHER, 'main', 'd'.repeat(64));
    logs.leave(POD);
    expect(existsSync(log)).toBe(true);
    await logs.collect();
    expect(readdirSync(root)).toEqual([podFolderName(OTHER)]);
    expect(readdirSync(links)).toEqual([`other_default_main-${'d'.repeat(64)}.log`]);
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
    expect(readdirSync(links)).toEqual([]);
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

describe('the link of a container', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sampan-links-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  async function logOf(pod: string, number: number): Promise<string> {
    const container = join(folder, 'pods', `default_${pod}_uid-1`, 'main');
    await mkdir(container, { recursive: true });
    const log = join(container, `${number}.log`);
    await writeFile(log, '');
    return log;
  }
  const names = () => (existsSync(join(folder, 'containers')) ? readdirSync(join(folder, 'containers')) : []);

  test('goes with it', async () => {
    const log = await logOf('pod', 0);
    await linkLog(log, ID);
    await unlinkLog(log, 'another');
    expect(names()).toEqual([`pod_default_main-${ID}.log`]);
    await unlinkLog(log, ID);
    expect(names()).toEqual([]);
  });

  test('is not made while there is no log', async () => {
    const log = await logOf('pod', 0);
    await rm(log);
    await linkLog(log, ID);
    expect(names()).toEqual([]);
  });

  test('has a name that fits, which the next life takes over when it is the same', async () => {
    const [first, second] = [await logOf('x'.repeat(238), 0), await logOf('x'.repeat(238), 1)];
    await linkLog(first, ID);
    await linkLog(second, 'd'.repeat(64));
    const [name, ...others] = names();
    expect(name).toHaveLength(255);
    expect(others).toEqual([]);
    expect(readlinkSync(join(folder, 'containers', name!))).toBe(second);
    await unlinkLog(first, ID);
    expect(names()).toHaveLength(1);
  });
});
