import { expect, test } from 'vitest';
import { VirtualClock } from '../clock/virtualClock.ts';
import { EventCorrelator } from './eventCorrelator.ts';

const about = { kind: 'Pod', namespace: 'default', name: 'a', uid: 'uid' };

/** Tells so many events of one pod; answers how many of them are to be written. */
function tell(correlator: EventCorrelator, count: number): number {
  const event = {
    metadata: { name: 'e' },
    involvedObject: about,
    reason: 'BackOff',
    message: 'no',
    type: 'Warning',
  };
  return Array.from({ length: count }, () => correlator.correlate(event)).filter((told) => told !== undefined)
    .length;
}

test.each([
  { title: 'of one object twenty-five events are told at once, then one every five minutes', setBackMs: 0 },
  { title: 'also when the hour is set back meanwhile', setBackMs: 86_400_000 },
])('$title', async ({ setBackMs }) => {
  const clock = new VirtualClock();
  const correlator = new EventCorrelator(clock);
  expect(tell(correlator, 30)).toBe(25);
  clock.set(clock.now() - setBackMs);
  expect(tell(correlator, 1)).toBe(0);
  await clock.advance(300_000);
  expect(tell(correlator, 2)).toBe(1);
});
