import { immutableField } from '../../apimachinery/metaValidation.ts';
import { getOwn } from '../../apimachinery/object.ts';
import type { EndpointSlice } from '../../generated/types.ts';
import { ageColumn, nameColumn } from '../columns/metadata.ts';
import { ipWarnings } from '../ipAddress.ts';
import { EndpointSlices } from '../kinds.ts';
import type { Column, Resource } from '../resource.ts';
import { semanticEqual } from '../semanticEqual.ts';
import { validateEndpointSlice } from './endpointSliceValidation.ts';
import { MANAGED_BY, MIRRORING_CONTROLLER, SLICE_CONTROLLER } from './sliceLabels.ts';

/** How many ports or addresses a column shows before it only counts them. */
const SHOWN = 3;
const HOSTNAME_LABEL = 'kubernetes.io/hostname';

function setDefaults({ ports }: EndpointSlice): void {
  for (const port of ports ?? []) {
    port.name ??= '';
    port.protocol ??= 'TCP';
  }
}

/** The field cannot be written by `v1`; a node that an older slice named there stays known. */
function dropTopology(next: EndpointSlice, stored?: EndpointSlice): void {
  if (stored && semanticEqual(next.endpoints, stored.endpoints)) return;
  const known = (stored?.endpoints ?? []).map((endpoint) =>
    getOwn(endpoint.deprecatedTopology, HOSTNAME_LABEL),
  );
  for (const endpoint of next.endpoints ?? []) {
    const node = getOwn(endpoint.deprecatedTopology, HOSTNAME_LABEL);
    if (node && known.includes(node)) endpoint.nodeName ??= node;
    if ('deprecatedTopology' in endpoint) delete endpoint.deprecatedTopology;
  }
}

/** Everything but metadata counts, and the labels. */
function countGeneration(next: EndpointSlice, stored: EndpointSlice): void {
  const { metadata: after, ...nextRest } = next;
  const { metadata: before, ...storedRest } = stored;
  if (semanticEqual(nextRest, storedRest) && semanticEqual(after.labels, before.labels)) return;
  after.generation = (before.generation ?? 0) + 1;
}

function* warnings(slice: EndpointSlice, stored: EndpointSlice | undefined): Generator<string> {
  if (!stored && slice.addressType === 'FQDN') yield 'spec.addressType: FQDN endpoints are deprecated';
  // These write addresses in their shortest form, whatever they were given.
  const manager = slice.metadata.labels?.[MANAGED_BY];
  if (manager === SLICE_CONTROLLER || manager === MIRRORING_CONTROLLER) return;
  for (const [index, { addresses }] of (slice.endpoints ?? []).entries())
    for (const [place, address] of (addresses ?? []).entries())
      yield* ipWarnings(address, `endpoints[${index}].addresses[${place}]`);
}

/** The first few, and how many more there are. */
function listText(all: readonly string[]): string {
  if (all.length === 0) return '<unset>';
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

const column = (
  name: string,
  description: string,
  cell: (slice: EndpointSlice) => string,
): Column<EndpointSlice> => ({ name, type: 'string', description, cell });

/** Some of the endpoints of a service. */
export const endpointSlices: Resource<EndpointSlice> = {
  ...EndpointSlices,
  singular: 'endpointslice',
  setDefaults,
  prepareCreate(slice) {
    slice.metadata.generation = 1;
    dropTopology(slice);
  },
  prepareUpdate(next, stored) {
    countGeneration(next, stored);
    dropTopology(next, stored);
  },
  validate: validateEndpointSlice,
  validateUpdate: (next, stored) => [
    ...validateEndpointSlice(next),
    ...immutableField('addressType', next.addressType, stored.addressType),
  ],
  warnings: (slice, stored) => [...warnings(slice, stored)],
  columns: [
    nameColumn,
    column('AddressType', 'What its addresses are.', ({ addressType }) => addressType ?? ''),
    column('Ports', 'The ports that its endpoints offer.', ({ ports }) =>
      listText((ports ?? []).map(({ port, name }) => (port === undefined ? (name ?? '*') : String(port)))),
    ),
    column('Endpoints', 'The addresses of its endpoints.', ({ endpoints }) =>
      listText((endpoints ?? []).flatMap(({ addresses }) => addresses ?? [])),
    ),
    ageColumn,
  ],
};
