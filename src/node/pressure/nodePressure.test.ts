import { expect, test } from 'vitest';
import { SeededRandom } from '../../clock/random.ts';
import type { VirtualClock } from '../../clock/virtualClock.ts';
import type { Node, Pod } from '../../generated/types.ts';
import { Events, Nodes } from '../../resources/kinds.ts';
import type { ImageStore, Runtime } from '../../runtime/runtime.ts';
import { SimulatedRuntime } from '../../runtime/simulated/simulatedRuntime.ts';
import type { HostStats } from '../../runtime/stats.ts';
import { container, NODE, TestNode } from '../testing/testNode.ts';

const MEBI = 2 ** 20;
const MEMORY = 1024 * MEBI;

/** A machine whose memory is what its containers say that they use, and that has a disk. */
class SmallMachine {
  freeDisk = 0.5;
  readonly removedImages: string[] = [];

  runtimeOn(clock: VirtualClock): Runtime {
    const inner = new SimulatedRuntime({ clock, random: new SeededRandom(7), unpullableImages: [] });
    const host = async (): Promise<HostStats> => {
      const stats = await inner.stats.host();
      const { workingSet } = stats.memory;
      return { ...stats, memory: { workingSet, available: MEMORY - workingSet } };
    };
    const stats = {
      containers: () => inner.stats.containers(),
      networks: () => inner.stats.networks(),
      disks: () => inner.stats.disks(),
      host,
    };
    const own: Record<string, unknown> = { name: 'small', stats, images: this.#images };
    return new Proxy(inner as unknown as Runtime, {
      get: (target, name) => {
        if (name in own) return own[name as string];
        const value = Reflect.get(target, name, inner);
        return typeof value === 'function' ? value.bind(inner) : value;
      },
    });
  }

  readonly #images: ImageStore = {
    list: async () => [],
    remove: async (id) => void this.removedImages.push(id),
    disk: async () => ({ capacityBytes: 1000, availableBytes: 1000 * this.freeDisk }),
  };
}

async function start() {
  const machine = new SmallMachine();
  const node = await TestNode.start((api) => ({ runtime: machine.runtimeOn(api.clock) }));
  return { machine, node };
}

const using = (memory: string) => ({ annotations: { 'sampan.dev/memory-usage': memory } });

async function pressures({ api }: TestNode): Promise<string[]> {
  const { status }: Node = await api.client.get(Nodes, { name: NODE });
  return (status?.conditions ?? [])
    .filter((condition) => condition.status === 'True')
    .map(({ type, reason }) => `${type}: ${reason}`);
}

async function nodeEvents({ api }: TestNode): Promise<string[]> {
  const { items } = await api.client.list(Events, { namespace: 'default' });
  return items
    .filter(({ involvedObject }) => involvedObject.kind === 'Node')
    .map(({ type, reason, message }) => `${type} ${reason}: ${message}`);
}

const isRunning = (pod: Pod | undefined) => pod?.status?.phase === 'Running';
const isFailed = (pod: Pod | undefined) => pod?.status?.phase === 'Failed';

test('a node that runs out of memory says so and evicts the pod that uses the most, as a disruption', async () => {
  const { node } = await start();
  await node.createPod('modest', { containers: [container('main', 'sleep 9999')] }, using('300Mi'));
  await node.createPod('greedy', { containers: [container('main', 'sleep 9999')] }, using('700Mi'));
  const evicted = await node.until('greedy', isFailed);
  expect(evicted?.status).toMatchObject({
    reason: 'Evicted',
    message:
      'The node was low on resource: memory. Threshold quantity: 100Mi, available: 24Mi. ' +
      'Container main was using 700Mi, request is 0, has larger consumption of memory. ',
  });
  const disruption = evicted?.status?.conditions?.find(({ type }) => type === 'DisruptionTarget');
  expect(disruption).toMatchObject({ status: 'True', reason: 'TerminationByKubelet' });
  expect(await pressures(node)).toContain('MemoryPressure: KubeletHasInsufficientMemory');
  expect(await nodeEvents(node)).toEqual(
    expect.arrayContaining([
      'Warning EvictionThresholdMet: Attempting to reclaim memory',
      `Normal NodeHasInsufficientMemory: Node ${NODE} status is now: NodeHasInsufficientMemory`,
    ]),
  );
  await node.api.clock.advance(60_000);
  expect(isRunning(node.podNow('modest'))).toBe(true);
});

test('the pressure is over five minutes later; until then no pod comes that asks for nothing', async () => {
  const { node } = await start();
  await node.createPod('greedy', { containers: [container('main', 'sleep 9999')] }, using('1000Mi'));
  await node.until('greedy', isFailed);
  await node.createPod('early', {});
  const refused = await node.until('early', isFailed);
  expect(refused?.status).toMatchObject({
    reason: 'Evicted',
    message: 'Pod was rejected: The node had condition: [MemoryPressure]. ',
  });
  const asking = container('main', undefined, { resources: { requests: { memory: '1Mi' } } });
  await node.createPod('asking', { containers: [asking] });
  await node.until('asking', isRunning);
  await node.api.clock.advance(6 * 60_000);
  expect(await pressures(node)).toEqual(['Ready: KubeletReady']);
  expect(await nodeEvents(node)).toContain(
    `Normal NodeHasSufficientMemory: Node ${NODE} status is now: NodeHasSufficientMemory`,
  );
  await node.createPod('late', {});
  await node.until('late', isRunning);
});

test('a disk that runs full is told of, and no new pod comes', async () => {
  const { machine, node } = await start();
  machine.freeDisk = 0.04;
  await node.api.clock.advance(10_000);
  expect(await pressures(node)).toContain('DiskPressure: KubeletHasDiskPressure');
  await node.createPod('late', {});
  const refused = await node.until('late', isFailed);
  expect(refused?.status?.message).toBe('Pod was rejected: The node had condition: [DiskPressure]. ');
});

test('who is critical comes all the same', async () => {
  const { machine, node } = await start();
  machine.freeDisk = 0.04;
  await node.api.clock.advance(10_000);
  machine.freeDisk = 0.5;
  await node.createPod('critical', { priority: 2_000_001_000 });
  await node.until('critical', isRunning);
});
