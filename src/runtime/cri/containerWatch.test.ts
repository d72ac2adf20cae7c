import { expect, onTestFinished, test, vi } from 'vitest';
import { SystemClock } from '../../clock/systemClock.ts';
import { VirtualClock } from '../../clock/virtualClock.ts';
import {
  CONTAINER_EXITED,
  CONTAINER_RUNNING,
  CONTAINER_STARTED,
  CONTAINER_STOPPED,
} from './containerMessages.ts';
import { ContainerWatch } from './containerWatch.ts';
import { CriClient } from './criClient.ts';
import { EventRuntime } from './testing/eventRuntime.ts';

const WITHIN = { timeout: 5_000, interval: 5 };

/** A container that runs, and a watch that is told of it. What the runtime's list says of its state is up to the test. */
async function watched() {
  const runtime = await EventRuntime.start();
  onTestFinished(() => runtime.stop());
  const client = await CriClient.connect(runtime.socket, new SystemClock());
  const clock = new VirtualClock();
  const listed = { state: CONTAINER_RUNNING, looks: 0 };
  const list = async () => {
    listed.looks++;
    return [{ id: 'c', podSandboxId: 'p', imageRef: '', state: listed.state, labels: {} }];
  };
  const watch = new ContainerWatch({ client, clock, list });
  onTestFinished(() => {
    watch.close();
    client.close();
  });
  await vi.waitFor(() => expect(runtime.asked).toBe(1), WITHIN);
  watch.starting('c');
  watch.started('c', 'uid');
  return { runtime, watch, clock, listed };
}

test('a container whose end the runtime is slow to show is settled when it shows it', async () => {
  const { runtime, watch, clock, listed } = await watched();
  runtime.tell('c', CONTAINER_STOPPED);
  await vi.waitFor(() => expect(watch.isSettling('c')).toBe(true), WITHIN);
  await clock.advance(3_000);
  expect([watch.isSettling('c'), watch.isRunning('c')]).toEqual([true, true]);
  listed.state = CONTAINER_EXITED;
  await clock.advance(200);
  expect([watch.isSettling('c'), watch.isRunning('c')]).toEqual([false, false]);
});

test('the start of a container is not its end', async () => {
  const { runtime, watch } = await watched();
  watch.started('d', 'uid');
  runtime.tell('c', CONTAINER_STARTED);
  runtime.tell('d', CONTAINER_STOPPED);
  await vi.waitFor(() => expect(watch.isSettling('d')).toBe(true), WITHIN);
  expect([watch.isSettling('c'), watch.isRunning('c')]).toEqual([false, true]);
});

test('where the runtime tells of ends, what runs is looked at every five seconds', async () => {
  const { watch, clock, listed } = await watched();
  await clock.advance(60_000);
  expect(watch.isRunning('c')).toBe(true);
  expect(listed.looks).toBe(12);
});

test('where nothing runs the runtime is not asked', async () => {
  const { watch, clock, listed } = await watched();
  watch.ended('c');
  await clock.advance(60_000);
  expect(listed.looks).toBe(0);
});
