import { expect, test } from 'vitest';
import { microTimestamp, timestamp } from '../../clock/clock.ts';
import { VIRTUAL_EPOCH } from '../../clock/virtualClock.ts';
import type { CoreV1Event } from '../../generated/types.ts';
import { Events } from '../../resources/kinds.ts';
import { TestCluster } from '../testing/cluster.ts';
import { EventTtlController } from './controller.ts';

const at = (minutes: number) => VIRTUAL_EPOCH + minutes * 60_000;

const anEvent = (fields: Partial<CoreV1Event>): CoreV1Event => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'event', namespace: 'default' },
  involvedObject: { kind: 'Pod', namespace: 'default', name: 'web' },
  reason: 'Tested',
  reportingComponent: 'example.com/tester',
  reportingInstance: 'tester-1',
  action: 'Testing',
  type: 'Normal',
  ...fields,
});

/** Whether an event that is created at the start is there after so many minutes. */
async function isLeft(fields: Partial<CoreV1Event>, afterMinutes: number): Promise<boolean> {
  const cluster = await TestCluster.start();
  await cluster.client.create(Events, anEvent(fields));
  await cluster.run((_context, run) => run(new EventTtlController()));
  await cluster.clock.advance(afterMinutes * 60_000);
  return (await cluster.events()).length === 1;
}

const cases: Record<string, { event: Partial<CoreV1Event>; afterMinutes: number; want: boolean }> = {
  'an event stays for an hour': { event: { lastTimestamp: timestamp(at(0)) }, afterMinutes: 60, want: true },
  'and goes with the sweep after that': {
    event: { lastTimestamp: timestamp(at(0)) },
    afterMinutes: 65,
    want: false,
  },
  'one that happened again stays for an hour from then': {
    event: { firstTimestamp: timestamp(at(0)), lastTimestamp: timestamp(at(30)), count: 2 },
    afterMinutes: 90,
    want: true,
  },
  'and no longer': {
    event: { firstTimestamp: timestamp(at(0)), lastTimestamp: timestamp(at(30)), count: 2 },
    afterMinutes: 95,
    want: false,
  },
  'of a series the last observation counts': {
    event: {
      eventTime: microTimestamp(at(0)),
      series: { count: 2, lastObservedTime: microTimestamp(at(30)) },
    },
    afterMinutes: 90,
    want: true,
  },
  'an event of the newer kind goes an hour after its time': {
    event: { eventTime: microTimestamp(at(0)) },
    afterMinutes: 65,
    want: false,
  },
  'one without any time goes an hour after it was written': { event: {}, afterMinutes: 65, want: false },
};
for (const [name, { event, afterMinutes, want }] of Object.entries(cases)) {
  test(name, async () => expect(await isLeft(event, afterMinutes)).toBe(want));
}
