import type { KubernetesObject } from '../apimachinery/object.ts';
import type { CoreV1Event, EventsV1Event } from '../generated/types.ts';

// core/v1 and events.k8s.io/v1 show the same stored event under different names of fields.

/** Fields that both versions have, by the same name. */
const shared = ({
  metadata,
  action,
  eventTime,
  reason,
  related,
  reportingInstance,
  series,
  type,
}: Shared) => ({
  metadata,
  ...defined({ action, eventTime, reason, related, reportingInstance, series, type }),
});

type Shared = Partial<
  Pick<EventsV1Event, 'action' | 'eventTime' | 'reason' | 'related' | 'reportingInstance' | 'series' | 'type'>
> & { metadata: CoreV1Event['metadata'] };

/** From `events.k8s.io/v1` to the stored core/v1. */
export function fromEventsV1(object: KubernetesObject): KubernetesObject {
  const event = object as EventsV1Event;
  const stored: CoreV1Event = {
    apiVersion: 'v1',
    kind: 'Event',
    ...shared(event),
    involvedObject: event.regarding ?? {},
    ...defined({
      message: event.note,
      source: event.deprecatedSource,
      firstTimestamp: event.deprecatedFirstTimestamp,
      lastTimestamp: event.deprecatedLastTimestamp,
      count: event.deprecatedCount,
      reportingComponent: event.reportingController,
    }),
  };
  return stored;
}

/** From the stored core/v1 to `events.k8s.io/v1`. */
export function toEventsV1(object: KubernetesObject): KubernetesObject {
  const event = object as CoreV1Event;
  return {
    apiVersion: 'events.k8s.io/v1',
    kind: 'Event',
    ...shared(event as Shared),
    ...defined({
      regarding: event.involvedObject,
      note: event.message,
      deprecatedSource: event.source,
      deprecatedFirstTimestamp: event.firstTimestamp,
      deprecatedLastTimestamp: event.lastTimestamp,
      deprecatedCount: event.count,
      reportingController: event.reportingComponent,
    }),
  };
}

type Defined<T> = { [Key in keyof T]?: Exclude<T[Key], undefined> };

function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
