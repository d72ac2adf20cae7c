import { expect, test } from 'vitest';
import { errorMessage } from '../apimachinery/fieldErrors.ts';
import type { CoreV1Event } from '../generated/types.ts';
import { events } from './event.ts';
import { cellsOf } from './testing/cells.ts';

const NOW = Date.parse('2026-01-01T00:10:00Z');

const event = (fields: Partial<CoreV1Event> = {}): CoreV1Event => ({
  apiVersion: 'v1',
  kind: 'Event',
  metadata: { name: 'web.1', namespace: 'default' },
  involvedObject: { kind: 'Pod', name: 'web', namespace: 'default', fieldPath: 'spec.containers{web}' },
  type: 'Normal',
  reason: 'Pulled',
  message: 'Container image already present\n',
  source: { component: 'kubelet', host: 'node01' },
  firstTimestamp: '2026-01-01T00:00:00Z',
  lastTimestamp: '2026-01-01T00:09:00Z',
  count: 3,
  ...fields,
});

test('an event is a row of upstream’s columns', () => {
  expect(cellsOf(events, event(), NOW)).toEqual({
    'Last Seen': '60s',
    Type: 'Normal',
    Reason: 'Pulled',
    Object: 'pod/web',
    Subobject: 'spec.containers{web}',
    Source: 'kubelet, node01',
    Message: 'Container image already present',
    'First Seen': '10m',
    Count: 3,
    Name: 'web.1',
  });
});

test('an event of the new API has its times and count in other fields', () => {
  const { firstTimestamp, lastTimestamp, source, count, ...rest } = event();
  const given: CoreV1Event = {
    ...rest,
    eventTime: '2026-01-01T00:00:00.000000Z',
    series: { count: 7, lastObservedTime: '2026-01-01T00:09:30.000000Z' },
    reportingComponent: 'example.com/operator',
    reportingInstance: 'operator-1',
  };
  expect(cellsOf(events, given, NOW)).toMatchObject({
    'Last Seen': '30s',
    'First Seen': '10m',
    Count: 7,
    Source: 'example.com/operator, operator-1',
  });
});

test('events.k8s.io/v1 shows the same event, there and back', () => {
  const [eventsV1] = events.alternatives!;
  const converted = eventsV1!.fromStored!(event());
  expect(converted).toMatchObject({
    apiVersion: 'events.k8s.io/v1',
    regarding: { name: 'web' },
    note: 'Container image already present\n',
    deprecatedCount: 3,
    deprecatedSource: { component: 'kubelet' },
  });
  expect(eventsV1!.toStored!(converted)).toEqual(event());
});

const wrong: [string, CoreV1Event, string[]][] = [
  ['an event lives beside its object', event(), []],
  [
    'an event in another namespace than its object is refused',
    event({ involvedObject: { namespace: 'other' } }),
    ['involvedObject.namespace: Invalid value: "other": does not match event.namespace'],
  ],
  [
    'an event with eventTime says who reports what',
    event({ eventTime: '2026-01-01T00:00:00.000000Z', reportingComponent: 'c', reportingInstance: 'i' }),
    ['action: Required value'],
  ],
];
for (const [name, given, want] of wrong) {
  test(name, () => expect(events.validate(given).map((error) => errorMessage(error))).toEqual(want));
}

test('the object that an event is about can be asked for, by the names of both APIs', () => {
  const fields = events.selectableFields!;
  expect(fields['involvedObject.name']!(event())).toBe('web');
  expect(fields['regarding.kind']!(event())).toBe('Pod');
  expect(fields.source!(event())).toBe('kubelet');
});
