import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtualClock.ts';
import { WorkQueue } from './workQueue.ts';

test('a queue that has stopped waits for nothing: not for keys that are due later, and not for those that failed', async () => {
  const clock = new VirtualClock();
  let looks = 0;
  const queue = new WorkQueue({
    clock,
    process: async () => {
      looks++;
      throw new Error('in vain');
    },
  });
  queue.add('failing');
  queue.addIn('later', 60_000);
  await clock.advance(1_000);
  expect(looks).toBeGreaterThan(5);
  expect(clock.nextTimer()).toBeDefined();
  await queue.stop();
  expect(clock.nextTimer()).toBeUndefined();
});
