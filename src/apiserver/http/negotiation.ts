import { notAcceptable } from '../../apimachinery/errors.ts';

/** In what form an answer is wanted. */
export interface Representation {
  readonly format: 'json' | 'yaml';
  readonly as: 'object' | 'Table' | 'PartialObjectMetadata' | 'PartialObjectMetadataList';
}

/** One thing that a client accepts. */
export interface MediaRange {
  readonly type: string;
  readonly parameters: Readonly<Record<string, string>>;
}

const JSON_OBJECT: Representation = { format: 'json', as: 'object' };

const known = new Map<string, Representation>();
/** Clients use a handful of Accept headers; who sends always new ones must not fill the memory. */
const MAX_KNOWN = 1000;

/** The first thing that the client accepts and that we can make. Throws 406 when there is none. */
export function negotiate(accept: string | undefined): Representation {
  if (!accept) return JSON_OBJECT;
  const remembered = known.get(accept);
  if (remembered) return remembered;
  const representation = firstOf(accept, () => true);
  if (known.size < MAX_KNOWN) known.set(accept, representation);
  return representation;
}

/** The same for answers that are no objects of a collection: they have no other form. */
export const negotiatePlain = (accept: string | undefined): Representation =>
  accept ? firstOf(accept, ({ as }) => as === 'object') : JSON_OBJECT;

function firstOf(accept: string, isFit: (representation: Representation) => boolean): Representation {
  for (const range of mediaRanges(accept)) {
    const representation = representationOf(range);
    if (representation && isFit(representation)) return representation;
  }
  throw notAcceptable(
    'only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  );
}

/** What an Accept header lists, the most wanted first. */
export function mediaRanges(accept: string): MediaRange[] {
  const ranges = accept.split(',').map((clause) => {
    const [type = '', ...parameters] = clause.split(';').map((part) => part.trim());
    const pairs = parameters.map((parameter) => parameter.split('=', 2).map((part) => part.trim()));
    return {
      type: type.toLowerCase(),
      parameters: Object.fromEntries(pairs.map(([name = '', value = '']) => [name, value])),
    };
  });
  const quality = ({ parameters }: MediaRange) => Number(parameters.q ?? 1);
  return ranges.filter((range) => quality(range) > 0).toSorted((a, b) => quality(b) - quality(a));
}

function representationOf({ type, parameters }: MediaRange): Representation | undefined {
  const format = FORMATS.get(type);
  if (!format) return undefined;
  const { as, g, v } = parameters;
  if (!as) return { format, as: 'object' };
  const isMeta = g === 'meta.k8s.io' && (v === 'v1' || v === 'v1beta1');
  return isMeta && TRANSFORMS.has(as) ? { format, as: as as Representation['as'] } : undefined;
}

const FORMATS: ReadonlyMap<string, Representation['format']> = new Map([
  ['application/json', 'json'],
  ['application/*', 'json'],
  ['*/*', 'json'],
  ['application/yaml', 'yaml'],
]);

const TRANSFORMS: ReadonlySet<string> = new Set([
  'Table',
  'PartialObjectMetadata',
  'PartialObjectMetadataList',
]);
