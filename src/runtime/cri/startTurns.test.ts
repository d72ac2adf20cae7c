import { expect, test } from 'vitest';
import { VirtualClock } from '../../clock/virtualClock.ts';
import { StartTurns } from './startTurns.ts';

interface Work {
  end(): void;
}

/** Turns for two, and what has begun and ended so far. */
function setUp() {
  const clock = new VirtualClock();
  const turns = new StartTurns(clock, 2);
  const log: string[] = [];
  const begin = (name: string, urgency: 'container' | 'sandbox' = 'sandbox'): Work => {
    let end = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    void turns.start(urgency, () => {
      log.push(name);
      return ended;
    });
    return { end };
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { clock, turns, log, begin, settle };
}

test('only so many start at once, and containers before sandboxes that have waited longer', async () => {
  const { log, begin, settle } = setUp();
  const first = begin('first');
  const second = begin('second');
  begin('third');
  begin('fourth', 'container');
  await settle();
  expect(log).toEqual(['first', 'second']);
  first.end();
  await settle();
  expect(log).toEqual(['first', 'second', 'fourth']);
  second.end();
  await settle();
  expect(log).toEqual(['first', 'second', 'fourth', 'third']);
});

test('a start that fails gives its turn on', async () => {
  const { turns, log, begin, settle } = setUp();
  begin('first');
  await expect(turns.start('sandbox', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  begin('second');
  await settle();
  expect(log).toEqual(['first', 'second']);
});

test('what hangs keeps others waiting for five seconds, and gives its turn on once only', async () => {
  const { clock, log, begin, settle } = setUp();
  const [one, other] = [begin('one'), begin('other')];
  for (const name of ['third', 'fourth', 'fifth']) begin(name);
  await clock.advance(4_999);
  expect(log).toEqual(['one', 'other']);
  await clock.advance(1);
  expect(log).toEqual(['one', 'other', 'third', 'fourth']);
  one.end();
  other.end();
  await settle();
  expect(log).toEqual(['one', 'other', 'third', 'fourth']);
});

test('who tidies up waits until nothing is being started', async () => {
  const { turns, log, begin, settle } = setUp();
  const work = begin('start');
  void turns.calm().then(() => log.push('tidied'));
  await settle();
  expect(log).toEqual(['start']);
  work.end();
  await settle();
  expect(log).toEqual(['start', 'tidied']);
});

test('who tidies up waits for a second at most', async () => {
  const { clock, turns, log, begin } = setUp();
  begin('start');
  void turns.calm().then(() => log.push('tidied'));
  await clock.advance(999);
  expect(log).toEqual(['start']);
  await clock.advance(1);
  expect(log).toEqual(['start', 'tidied']);
});
