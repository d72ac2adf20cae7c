import { expect, test, vi } from 'vitest';
import { SystemClock } from './systemClock.ts';

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

test('what is due together is woken in one turn, in order', async () => {
  const clock = new SystemClock();
  const woken: string[] = [];
  const time = clock.now() + 5;
  const done = Promise.withResolvers<void>();
  clock.callAt(time, () => {
    woken.push('first');
    queueMicrotask(() => woken.push('after the turn'));
  });
  clock.callAt(time, () => woken.push('second'));
  clock.callAt(time, () => done.resolve());
  await done.promise;
  await turn();
  expect(woken).toEqual(['first', 'second', 'after the turn']);
});

test('nothing is woken before its time', async () => {
  const clock = new SystemClock();
  const time = clock.now() + 7;
  await new Promise<void>((resolve) => clock.callAt(time, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(time);
});

test('a time that has passed wakes soon, but never at once', async () => {
  const clock = new SystemClock();
  let isWoken = false;
  const woken = new Promise<void>((resolve) => {
    clock.callAt(0, () => {
      isWoken = true;
      resolve();
    });
  });
  expect(isWoken).toBe(false);
  await woken;
});

test('an earlier timer that comes later is woken first, and a cancelled one never', async () => {
  const clock = new SystemClock();
  const woken: string[] = [];
  const now = clock.now();
  const last = new Promise<void>((resolve) => clock.callAt(now + 12, resolve));
  clock.callAt(now + 9, () => woken.push('later'));
  clock.callAt(now + 3, () => woken.push('earlier'));
  clock.callAt(now + 6, () => woken.push('cancelled'))();
  await last;
  expect(woken).toEqual(['earlier', 'later']);
});

test.each([
  { dueInMs: 20, sleepsMs: 20 },
  { dueInMs: 200, sleepsMs: 200 },
  { dueInMs: 10_000, sleepsMs: 9_900 },
  { dueInMs: 60_000, sleepsMs: 59_400 },
  { dueInMs: 100 * 86_400_000, sleepsMs: 2_147_483_647 },
])(
  'a timer that is due in $dueInMs ms is looked for after $sleepsMs ms, since long sleeps are inexact',
  ({ dueInMs, sleepsMs }) => {
    const setTimeout = vi.spyOn(globalThis, 'setTimeout');
    const { now } = Date;
    Date.now = () => 1_000;
    try {
      const clock = new SystemClock();
      clock.callAt(1_000 + dueInMs, () => {})();
      expect(setTimeout.mock.calls.map(([, ms]) => ms)).toEqual([sleepsMs]);
    } finally {
      Date.now = now;
      setTimeout.mockRestore();
    }
  },
);
