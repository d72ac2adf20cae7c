import type { CoreV1Event } from '../generated/types.ts';
import { age } from './columns/age.ts';
import { nameColumn } from './columns/metadata.ts';
import { fromEventsV1, toEventsV1 } from './eventConversion.ts';
import { validateEvent } from './eventValidation.ts';
import { Events } from './kinds.ts';
import type { Column, Resource, SelectableFields } from './resource.ts';

/** The old and the new events API write times in different fields. */
const firstSeen = ({ firstTimestamp, eventTime }: CoreV1Event) => firstTimestamp ?? eventTime;
const lastSeen = (event: CoreV1Event) =>
  event.series?.lastObservedTime ?? event.lastTimestamp ?? firstSeen(event);
const count = (event: CoreV1Event) => event.series?.count ?? (event.count || 1);

function objectText({ involvedObject: { kind = '', name } }: CoreV1Event): string {
  return name ? `${kind.toLowerCase()}/${name}` : kind.toLowerCase();
}

function sourceText({ source, reportingComponent, reportingInstance }: CoreV1Event): string {
  const component = source?.component || reportingComponent || '';
  const instance = source?.host || reportingInstance;
  return instance ? `${component}, ${instance}` : component;
}

const column = (
  name: string,
  description: string,
  cell: (event: CoreV1Event, now: number) => string,
  priority = 0,
): Column<CoreV1Event> => ({ name, type: 'string', description, ...(priority > 0 && { priority }), cell });

const REFERENCE_FIELDS = [
  'kind',
  'namespace',
  'name',
  'uid',
  'apiVersion',
  'resourceVersion',
  'fieldPath',
] as const;

/** What can be asked of the object that an event is about: `involvedObject.kind`, … */
const referenceFields = (prefix: string): SelectableFields<CoreV1Event> =>
  Object.fromEntries(
    REFERENCE_FIELDS.map((field) => [
      `${prefix}.${field}`,
      ({ involvedObject }: CoreV1Event) => involvedObject[field] ?? '',
    ]),
  );

export const events: Resource<CoreV1Event> = {
  ...Events,
  singular: 'event',
  shortNames: ['ev'],
  alternatives: [{ group: 'events.k8s.io', version: 'v1', toStored: fromEventsV1, fromStored: toEventsV1 }],
  createOnUpdate: true,

  setDefaults(event) {
    event.involvedObject ??= {};
  },
  validate: validateEvent,
  validateUpdate: validateEvent,

  columns: [
    column('Last Seen', 'How long ago it was seen last.', (event, now) => age(lastSeen(event), now)),
    column('Type', 'Normal or Warning.', ({ type }) => type ?? ''),
    column('Reason', 'What happened, in one word.', ({ reason }) => reason ?? ''),
    column('Object', 'The object that the event is about.', objectText),
    column('Subobject', 'The part of the object.', ({ involvedObject }) => involvedObject.fieldPath ?? '', 1),
    column('Source', 'The component that reported it.', sourceText, 1),
    column('Message', 'What happened, for people to read.', ({ message }) => message?.trim() ?? ''),
    column('First Seen', 'How long ago it was seen first.', (event, now) => age(firstSeen(event), now), 1),
    { name: 'Count', type: 'integer', priority: 1, description: 'How often it was seen.', cell: count },
    { ...nameColumn, priority: 1 },
  ],
  selectableFields: {
    ...referenceFields('involvedObject'),
    // As events.k8s.io calls them.
    ...referenceFields('regarding'),
    reason: ({ reason }) => reason ?? '',
    reportingComponent: ({ reportingComponent }) => reportingComponent ?? '',
    reportingController: ({ reportingComponent }) => reportingComponent ?? '',
    source: ({ source, reportingComponent }) => source?.component || reportingComponent || '',
    type: ({ type }) => type ?? '',
  },
};
