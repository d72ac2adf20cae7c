import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtualClock.ts';
import { podInfoOf } from './podInfo.ts';
import { backoffMs, SchedulingQueue } from './schedulingQueue.ts';
import { aPod } from './testing/builders.ts';

function aQueue(...names: string[]) {
  const clock = new VirtualClock();
  const queue = new SchedulingQueue(clock, () => {});
  for (const name of names) queue.add(podInfoOf(aPod(name)));
  const pop = () => queue.pop()?.info.key;
  const reject = (name: string) => queue.reject(`default/${name}`, new Set());
  return { clock, queue, pop, reject };
}

test('pods come out in the order of priority, then age', () => {
  const { queue, pop } = aQueue('a', 'b');
  queue.add(podInfoOf(aPod('urgent', { priority: 10 })));
  queue.add(podInfoOf(aPod('idle', { priority: -1 })));
  expect([pop(), pop(), pop(), pop(), pop()]).toEqual([
    'default/urgent',
    'default/a',
    'default/b',
    'default/idle',
    undefined,
  ]);
});

test('a pod that was deleted does not come out', () => {
  const { queue, pop } = aQueue('a', 'b');
  queue.delete('default/a');
  expect([pop(), pop()]).toEqual(['default/b', undefined]);
});

test('pauses double from 1 s to 10 s', () => {
  expect([0, 1, 2, 3, 4, 5, 60].map(backoffMs)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
});

test('an event cuts a pause short while nothing else is to be done', () => {
  const { queue, pop, reject } = aQueue('a');
  pop();
  reject('a');
  queue.wake(() => true);
  queue.add(podInfoOf(aPod('b')));
  expect([pop(), pop(), pop()]).toEqual(['default/b', 'default/a', undefined]);
});

test('pods whose pause ends first come first, until one is rejected again: the next waits for the next event', async () => {
  const { clock, queue, pop, reject } = aQueue('a', 'b', 'c');
  for (const name of ['b', 'a', 'c']) {
    await clock.advance(10);
    pop();
    reject(name);
  }
  queue.wake(() => true);
  expect([pop(), pop()]).toEqual(['default/b', 'default/a']);
  reject('a');
  expect(pop()).toBeUndefined();
  queue.wake(({ key }) => key !== 'default/a');
  expect(pop()).toBeUndefined();
});

test('a pause that nothing cuts short lasts to its end', async () => {
  const { clock, queue, pop, reject } = aQueue('a', 'b');
  pop();
  reject('a');
  pop();
  reject('b');
  queue.wake(() => true);
  pop();
  reject('a');
  await clock.advance(999);
  expect(pop()).toBeUndefined();
  await clock.advance(1);
  expect(pop()).toBe('default/b');
});

test('pauses take no longer when the hour is set back', async () => {
  const { clock, queue, pop, reject } = aQueue('a', 'b', 'c');
  const setBack = () => clock.set(clock.now() - 3_600_000);
  pop();
  queue.sendBack('default/a');
  pop();
  reject('b');
  pop();
  reject('c');
  await clock.advance(500);
  setBack();
  queue.wake(({ key }) => key === 'default/b');
  await clock.advance(500);
  expect([pop(), pop(), pop()]).toEqual(['default/a', 'default/b', undefined]);
  await clock.advance(100_000);
  setBack();
  await clock.advance(198_999);
  expect(pop()).toBeUndefined();
  await clock.advance(1);
  expect(pop()).toBe('default/c');
});

test('a failed binding is no reason to hurry', async () => {
  const { clock, queue, pop } = aQueue('a');
  pop();
  queue.sendBack('default/a');
  queue.wake(() => true);
  expect(pop()).toBeUndefined();
  await clock.advance(1_000);
  expect(pop()).toBe('default/a');
});

test('an event after the pause takes effect at once', async () => {
  const { clock, queue, pop, reject } = aQueue('a');
  pop();
  reject('a');
  await clock.advance(1_000);
  expect(pop()).toBeUndefined();
  queue.wake(() => true);
  expect(pop()).toBe('default/a');
});

test('an event that is of no use to a pod leaves it waiting', async () => {
  const { clock, queue, pop, reject } = aQueue('a', 'b');
  pop();
  pop();
  reject('a');
  reject('b');
  await clock.advance(1_000);
  queue.wake(({ key }) => key === 'default/b');
  expect([pop(), pop()]).toEqual(['default/b', undefined]);
});

test('after five minutes a pod is tried again, whatever happened', async () => {
  const { clock, pop, reject } = aQueue('a', 'b');
  pop();
  reject('a');
  await clock.advance(60_000);
  pop();
  reject('b');
  await clock.advance(239_999);
  expect(pop()).toBeUndefined();
  await clock.advance(1);
  expect([pop(), pop()]).toEqual(['default/a', undefined]);
  await clock.advance(60_000);
  expect([pop(), pop()]).toEqual(['default/b', undefined]);
});

test('a change of the pod’s spec is worth a new try, a change of its status is not', async () => {
  const { clock, queue, pop, reject } = aQueue('a');
  pop();
  reject('a');
  await clock.advance(10_000);
  queue.add(podInfoOf({ ...aPod('a'), status: { phase: 'Pending', message: 'new' } }));
  expect(pop()).toBeUndefined();
  const changed = aPod('a', { tolerations: [{ operator: 'Exists' }] });
  changed.metadata.generation = 2;
  queue.add(podInfoOf(changed));
  expect(pop()).toBe('default/a');
});

test('no timer is left when all pods are gone', async () => {
  const { clock, queue, pop, reject } = aQueue('a', 'b');
  pop();
  reject('a');
  pop();
  queue.sendBack('default/b');
  queue.stop();
  expect([queue.size, clock.nextTimer()]).toEqual([0, undefined]);
});
