import type { StatusError } from '../../apimachinery/errors.ts';
import type { Clock } from '../../clock/clock.ts';
import type { EventEncoding, Shown } from '../registry/resourceEvent.ts';
import type { Representation } from './negotiation.ts';
import type { ServedKind } from './servedKind.ts';
import { includeObjectOf, partialMetadata, tableOf } from './table.ts';

/** How a watch's changes are written. Watches of the same format share the same encodings, and so the bytes. */
export interface WatchFormat {
  /** Of the first change of a watch: a table names its columns there. */
  readonly first: EventEncoding;
  readonly later: EventEncoding;
  bookmark(revision: number, endsInitialEvents: boolean): Buffer;
}

const INITIAL_EVENTS_END = { 'k8s.io/initial-events-end': 'true' };

const line = (type: string, json: string): Buffer => Buffer.from(`{"type":"${type}","object":${json}}\n`);

/** How a watch that is under way learns of a failure. */
export const errorLine = (error: StatusError): Buffer => line('ERROR', JSON.stringify(error.toStatus()));

const formats = new WeakMap<ServedKind, Map<string, WatchFormat>>();

/** The format of watches that want this; always the same for the same wishes. */
export function watchFormatOf(
  kind: ServedKind,
  as: Representation['as'],
  includeObject: string | null,
  clock: Clock,
): WatchFormat {
  const ofKind = formats.getOrInsertComputed(kind, () => new Map());
  const key = as === 'Table' ? `${as} ${includeObjectOf(includeObject)}` : as;
  return ofKind.getOrInsertComputed(key, () => makeFormat(kind, as, includeObject, clock));
}

function makeFormat(
  kind: ServedKind,
  as: Representation['as'],
  includeObject: string | null,
  clock: Clock,
): WatchFormat {
  switch (as) {
    case 'object':
      return sameThroughout(kind, ({ type, stored }) => line(type, kind.jsonOf(stored)));
    case 'Table':
      return tableFormat(kind, includeObject, clock);
    default:
      return sameThroughout(kind, ({ type, object }) => line(type, JSON.stringify(partialMetadata(object))));
  }
}

function sameThroughout(kind: ServedKind, encode: (shown: Shown) => Buffer): WatchFormat {
  const encoding = { encode };
  return { first: encoding, later: encoding, bookmark: (revision, ends) => bookmark(kind, revision, ends) };
}

function tableFormat(kind: ServedKind, wanted: string | null, clock: Clock): WatchFormat {
  const includeObject = includeObjectOf(wanted)!;
  const encoding = (withoutColumns: boolean): EventEncoding => ({
    encode({ type, object }) {
      const options = {
        includeObject,
        withoutColumns,
        now: clock.now(),
        show: (shown: typeof object) => kind.fromStored(shown),
      };
      const { resourceVersion } = object.metadata;
      return line(
        type,
        JSON.stringify(tableOf(kind.resource, [object], { resourceVersion: resourceVersion! }, options)),
      );
    },
  });
  return {
    first: encoding(false),
    later: encoding(true),
    bookmark: (revision, ends) => bookmark(kind, revision, ends),
  };
}

function bookmark(
  { resource, apiVersion }: ServedKind,
  revision: number,
  endsInitialEvents: boolean,
): Buffer {
  const metadata = {
    resourceVersion: String(revision),
    creationTimestamp: null,
    ...(endsInitialEvents && { annotations: INITIAL_EVENTS_END }),
  };
  return line('BOOKMARK', JSON.stringify({ kind: resource.kind, apiVersion, metadata }));
}
