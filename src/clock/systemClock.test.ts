import { afterEach, describe, expect, test, vi } from 'vitest';
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

describe('when the hour is set', () => {
  const readHour = Date.now;
  afterEach(() => {
    Date.now = readHour;
  });
  /** As an administrator would, beside whatever was set before. */
  const setBy = (ms: number) => {
    const before = Date.now;
    Date.now = () => before() + ms;
  };

  test.each([
    { jumpMs: -3_600_000, title: 'a delay that was begun before the hour was set back takes no longer' },
    { jumpMs: -60, title: 'nor does a small step back matter' },
  ])('$title', async ({ jumpMs }) => {
    const clock = new SystemClock();
    const begun = performance.now();
    const over = new Promise<void>((resolve) => clock.callIn(80, resolve));
    clock.callAt(clock.now() + 40, () => {});
    setBy(jumpMs);
    await over;
    const tookMs = performance.now() - begun;
    expect(tookMs).toBeGreaterThan(75);
    expect(tookMs).toBeLessThan(5_000);
  });

  test('a date waits for its hour', async () => {
    const clock = new SystemClock();
    const woken: string[] = [];
    clock.callAt(clock.now() + 5, () => woken.push('date'));
    setBy(-60_000);
    await new Promise<void>((resolve) => clock.callIn(20, resolve));
    expect(woken).toEqual([]);
    setBy(60_000);
    await new Promise<void>((resolve) => clock.callIn(0, resolve));
    expect(woken).toEqual(['date']);
  });

  test('what has elapsed never goes back, and not by a jump', () => {
    const clock = new SystemClock();
    const first = clock.elapsed();
    setBy(-60_000);
    const second = clock.elapsed();
    setBy(-20);
    const third = clock.elapsed();
    setBy(-3_600_000);
    const fourth = clock.elapsed();
    expect([first, second, third, fourth]).toEqual([first, second, third, fourth].toSorted((a, b) => a - b));
    expect(fourth - first).toBeLessThan(5_000);
  });

  test('a jump that no timer has seen yet is no delay to what is begun after it', async () => {
    const clock = new SystemClock();
    clock.callIn(0, () => {})();
    setBy(-60_000);
    const begun = performance.now();
    await new Promise<void>((resolve) => clock.callIn(10, resolve));
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  test('a forward jump lets so much elapse', async () => {
    const clock = new SystemClock();
    const before = clock.elapsed();
    const due = new Promise<void>((resolve) => clock.callIn(60_000, resolve));
    setBy(120_000);
    clock.callIn(0, () => {});
    await due;
    expect(clock.elapsed() - before).toBeGreaterThanOrEqual(120_000);
  });

  test('a process that is held up between two readings takes it for no jump', () => {
    const clock = new SystemClock();
    const before = clock.elapsed() - clock.now();
    const heldUpUntil = performance.now() + 500;
    const reading = vi.spyOn(performance, 'now').mockReturnValueOnce(heldUpUntil);
    clock.callIn(0, () => {})();
    reading.mockRestore();
    expect(clock.elapsed() - clock.now()).toBeLessThan(before + 50);
  });
});
