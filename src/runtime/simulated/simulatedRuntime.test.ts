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
  return { runtime, pass, close: () => runtime.close() };
});

test('a simulated container that has nothing to do costs no timer', async () => {
  const clock = new VirtualClock();
  const runtime = new SimulatedRuntime({ clock, random: new SeededRandom(1) });
  const sandbox = await runtime.runPodSandbox(POD);
  const id = await runtime.createContainer(sandbox.id, containerWith({ image: 'nginx' }));
  await runtime.startContainer(id);
  expect(clock.nextTimer()).toBeUndefined();
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
