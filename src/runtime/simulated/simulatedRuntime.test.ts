import { expect, test } from 'vitest';
import { SeededRandom } from '../../clock/random.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { runtimeContract } from '../runtime.contract.ts';
import { ImagePullError } from '../runtime.ts';
import { containerWith, POD } from '../testing/configs.ts';
import { SimulatedRuntime } from './simulatedRuntime.ts';

runtimeContract('simulated', async () => {
  const clock = new VirtualClock();
  const runtime = new SimulatedRuntime({ clock, random: new SeededRandom(1) });
  const pass = async <T>(promise: Promise<T>): Promise<T> => {
    let isSettled = false;
    const note = () => {
      isSettled = true;
    };
    promise.then(note, note);
    await clock.runUntil(() => isSettled);
    return promise;
  };
  return { runtime, clock, pass, close: () => runtime.close() };
});

test('a simulated container that has nothing to do costs no timer', async () => {
  const clock = new VirtualClock();
  const runtime = new SimulatedRuntime({ clock, random: new SeededRandom(1) });
  const sandbox = await runtime.runPodSandbox(POD);
  const id = await runtime.createContainer(sandbox.id, containerWith({ image: 'nginx' }));
  await runtime.startContainer(id);
  expect(clock.nextTimer()).toBeUndefined();
});

test.each<[string, Record<string, string>, nanoCores: number, memory: number]>([
  ['hardly anything unless told', {}, 1_000_000, 4 * 1024 ** 2],
  ['what its pod says', { 'cpu-usage': '250m', 'memory-usage': '64Mi' }, 250_000_000, 64 * 1024 ** 2],
  ['what is said of it alone', { 'cpu-usage': '1', 'cpu-usage.main': '2' }, 2_000_000_000, 4 * 1024 ** 2],
  [
    'the usual for what is malformed',
    { 'cpu-usage': 'much', 'memory-usage': '-1' },
    1_000_000,
    4 * 1024 ** 2,
  ],
])('a simulated container uses %s', async (_title, told, nanoCores, memory) => {
  const clock = new VirtualClock();
  const runtime = new SimulatedRuntime({ clock, random: new SeededRandom(1) });
  const annotations = Object.fromEntries(
    Object.entries(told).map(([name, text]) => [`sampan.dev/${name}`, text]),
  );
  const sandbox = await runtime.runPodSandbox({ ...POD, annotations });
  const id = await runtime.createContainer(sandbox.id, containerWith({ image: 'nginx' }));
  await runtime.startContainer(id);
  await clock.advance(10_000);
  expect(await runtime.stats.containers()).toMatchObject([
    { containerId: id, cpu: { nanoCores, coreNanoseconds: nanoCores * 10 }, memory: { workingSet: memory } },
  ]);
  await runtime.stopContainer(id, 0);
  expect(await runtime.stats.host()).toMatchObject({
    cpu: { nanoCores: 0, coreNanoseconds: nanoCores * 10 },
    memory: { workingSet: 0 },
  });
});

test('an image that matches a pattern cannot be pulled', async () => {
  const runtime = new SimulatedRuntime({
    clock: new VirtualClock(),
    random: new SeededRandom(1),
    unpullableImages: [/^ghost/],
  });
  await expect(runtime.pullImage('ghost:1')).rejects.toThrow(ImagePullError);
  await expect(runtime.pullImage('ghost:1')).rejects.toThrow('docker.io/library/ghost:1: not found');
});

const stops: Record<
  string,
  { script: string; graceSeconds: number; want: [exitCode: number, seconds: number] }
> = {
  'a container ends at once when it is told to': { script: 'sleep 60', graceSeconds: 30, want: [143, 0] },
  'one with a trap takes its time': {
    script: 'trap "sleep 5; exit 7" TERM; sleep 60',
    graceSeconds: 30,
    want: [7, 5],
  },
  'but not more than it is given': {
    script: 'trap "sleep 50; exit 7" TERM; sleep 60',
    graceSeconds: 30,
    want: [137, 30],
  },
  'a trap that does not exit only ends the sleep': {
    script: 'trap "echo bye" 15; sleep 60; sleep 3; exit 4',
    graceSeconds: 30,
    want: [4, 3],
  },
  'an ignored signal ends nothing': {
    script: "trap '' SIGTERM; sleep 60",
    graceSeconds: 10,
    want: [137, 10],
  },
  'a trap that was taken back is none': {
    script: 'trap "exit 7" TERM; trap - TERM; sleep 60',
    graceSeconds: 10,
    want: [143, 0],
  },
  'without any grace nobody is asked': {
    script: 'trap "exit 7" TERM; sleep 60',
    graceSeconds: 0,
    want: [137, 0],
  },
};
for (const [name, { script, graceSeconds, want }] of Object.entries(stops)) {
  test(name, async () => {
    const clock = new VirtualClock();
    const runtime = new SimulatedRuntime({ clock, random: new SeededRandom(1) });
    const sandbox = await runtime.runPodSandbox(POD);
    const id = await runtime.createContainer(
      sandbox.id,
      containerWith({ image: 'busybox', command: ['sh', '-c', script] }),
    );
    await runtime.startContainer(id);
    await clock.advance(1000);
    const toldAt = clock.now();
    const stopped = runtime.stopContainer(id, graceSeconds);
    await clock.advance(100_000);
    await stopped;
    const { exitCode, finishedAt } = (await runtime.containerStatus(id))!;
    expect([exitCode, (finishedAt! - toldAt) / 1000]).toEqual(want);
  });
}
