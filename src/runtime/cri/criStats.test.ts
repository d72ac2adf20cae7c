import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { CriClient } from './criClient.ts';
import { CriService } from './criService.ts';
import { CriStats, type CriStatsOptions } from './criStats.ts';
import type { ContainerStatsMessage, PodSandboxStatsMessage } from './statsMessages.ts';
import { startOldRuntime } from './testing/oldRuntime.ts';

const clock = new VirtualClock();
const own = { owner: 'me' };
const value = (number: number) => ({ value: number });
const at = (hour: number) => hour * 1e6;

const told = (more: Partial<ContainerStatsMessage> = {}): ContainerStatsMessage => ({
  attributes: { id: 'c1' },
  cpu: { timestamp: at(clock.now() - 250), usageCoreNanoSeconds: value(5_000) },
  memory: {
    timestamp: at(clock.now()),
    workingSetBytes: value(100),
    availableBytes: value(0),
    usageBytes: value(300),
    rssBytes: value(50),
    pageFaults: value(7),
    majorPageFaults: undefined,
  },
  writableLayer: { timestamp: 0, usedBytes: value(0), inodesUsed: undefined },
  ...more,
});

const statsOver = (cri: Partial<CriStatsOptions['cri']>) =>
  new CriStats({
    clock,
    own,
    directory: tmpdir(),
    logOf: () => undefined,
    cri: {
      listContainerStats: async (labels) => (await cri.listContainerStats?.(labels)) ?? [],
      listPodSandboxStats: async (labels) => (await cri.listPodSandboxStats?.(labels)) ?? [],
    },
  });

const containersOf = (...messages: ContainerStatsMessage[]) =>
  statsOver({ listContainerStats: async () => messages });

test("a container's use is of when the runtime looked, and what it does not know is absent", async () => {
  const [stats] = await containersOf(told()).containers();
  expect(stats?.at).toBeCloseTo(clock.elapsed() - 250, 1);
  expect(stats).toMatchObject({ containerId: 'c1', cpu: { coreNanoseconds: 5_000 } });
  expect(stats?.memory).toEqual({ workingSet: 100, usage: 300, rss: 50, pageFaults: 7 });
});

test.each<[string, Partial<ContainerStatsMessage>]>([
  ['processor', { cpu: undefined }],
  ['memory', { memory: undefined }],
  ['attributes', { attributes: undefined }],
])('a container of which the runtime tells no %s is left out', async (_what, more) => {
  expect(await containersOf(told(more)).containers()).toEqual([]);
});

test.each([
  ['is not known before the runtime has looked', 0, undefined],
  ['is known once it has', 1, { usedBytes: 4096, inodes: 3 }],
])('the room of a container %s', async (_title, timestamp, root) => {
  const writableLayer = { timestamp, usedBytes: value(4096), inodesUsed: value(3) };
  expect(await containersOf(told({ writableLayer })).disks()).toEqual([
    { containerId: 'c1', root, logs: undefined },
  ]);
});

test('a pod of the network of the host has none of its own', async () => {
  const pod = (uid: string, network: NonNullable<PodSandboxStatsMessage['linux']>['network']) => ({
    attributes: { metadata: { uid } },
    linux: { network },
  });
  const eth0 = {
    name: 'eth0',
    rxBytes: value(10),
    rxErrors: undefined,
    txBytes: value(20),
    txErrors: undefined,
  };
  const stats = statsOver({
    listPodSandboxStats: async () => [
      pod('own', { defaultInterface: eth0, interfaces: [] }),
      pod('host', { defaultInterface: undefined, interfaces: [] }),
    ],
  });
  const counted = { name: 'eth0', rxBytes: 10, rxErrors: 0, txBytes: 20, txErrors: 0 };
  expect(await stats.networks()).toEqual([
    { podUid: 'own', network: { main: 'eth0', interfaces: [counted] } },
  ]);
});

test('a runtime of the old version counts containers, and nothing of sandboxes', async () => {
  const old = await startOldRuntime([told()]);
  const client = await CriClient.connect(old.socket, new SystemClock());
  const stats = statsOver(new CriService(client));
  expect(await stats.containers()).toMatchObject([
    { containerId: 'c1', cpu: { coreNanoseconds: 5_000 }, memory: { workingSet: 100 } },
  ]);
  expect(await stats.networks()).toEqual([]);
  client.close();
  await old.stop();
});
