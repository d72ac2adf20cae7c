import { nameOf } from '../../apimachinery/object.ts';
import type { Endpoint, EndpointSlice } from '../../generated/types.ts';
import { semanticEqual } from '../../resources/semanticEqual.ts';
import type { SliceChanges } from '../services/sliceActions.ts';
import { byTarget, identityOf } from './podEndpoint.ts';

/** As upstream: enough that few slices hold most services, few enough that a change of one is not sent with all the others. */
export const MOST_ENDPOINTS = 100;

/** An existing slice, and what it should hold. */
interface Kept {
  readonly slice: EndpointSlice;
  readonly endpoints: Endpoint[];
  readonly isChanged: boolean;
}

/**
 * Brings endpoints into slices of the same ports with as few writes as possible, not with as few slices: an endpoint stays where it is; new
 * ones go where something changes anyway, then together into one slice with room for them, and only then into new ones.
 */
export function pack(
  existing: readonly EndpointSlice[],
  desired: readonly Endpoint[],
  labels: Readonly<Record<string, string>>,
  makeSlice: () => EndpointSlice,
): SliceChanges {
  const left = new Map(desired.map((endpoint) => [identityOf(endpoint), endpoint]));
  const kept = existing.map((slice) => keep(slice, left, labels));
  const added = [...left.values()].toSorted(byTarget);
  const changed = kept.filter(({ isChanged, slice, endpoints }) => isChanged && !isEmptied(slice, endpoints));
  for (const { endpoints } of changed.toSorted((a, b) => b.endpoints.length - a.endpoints.length))
    fill(endpoints, added);
  const create: EndpointSlice[] = [];
  const unchanged = kept.filter(({ isChanged }) => !isChanged);
  while (added.length > 0) {
    const roomy = roomiest(unchanged, added.length);
    if (roomy) {
      unchanged.splice(unchanged.indexOf(roomy), 1);
      changed.push(roomy);
      fill(roomy.endpoints, added);
    } else {
      const slice = makeSlice();
      fill(slice.endpoints!, added);
      create.push(slice);
    }
  }
  return {
    create,
    update: changed.map(({ slice, endpoints }) => withEndpoints(slice, endpoints, labels)),
    delete: kept.filter(({ slice, endpoints }) => isEmptied(slice, endpoints)).map(({ slice }) => slice),
  };
}

const isEmptied = ({ endpoints }: EndpointSlice, left: readonly Endpoint[]): boolean =>
  left.length === 0 && (endpoints ?? []).length > 0;

/** What stays of a slice. What is found is taken out of `left`. */
function keep(
  slice: EndpointSlice,
  left: Map<string, Endpoint>,
  labels: Readonly<Record<string, string>>,
): Kept {
  const before = slice.endpoints ?? [];
  const endpoints: Endpoint[] = [];
  let isChanged = !semanticEqual(slice.metadata.labels, labels);
  for (const endpoint of before) {
    const identity = identityOf(endpoint);
    const next = left.get(identity);
    if (!next) continue;
    left.delete(identity);
    endpoints.push(next);
    isChanged ||= !semanticEqual(endpoint, next);
  }
  return { slice, endpoints, isChanged: isChanged || endpoints.length < before.length };
}

function fill(endpoints: Endpoint[], added: Endpoint[]): void {
  const room = Math.max(0, MOST_ENDPOINTS - endpoints.length);
  endpoints.push(...added.splice(0, room));
}

/** The slice that so many more endpoints fill best, if one has room for all of them. */
function roomiest(slices: readonly Kept[], count: number): Kept | undefined {
  if (count >= MOST_ENDPOINTS) return undefined;
  const fitting = slices.filter(({ endpoints }) => endpoints.length + count <= MOST_ENDPOINTS);
  return fitting.toSorted(
    (a, b) => b.endpoints.length - a.endpoints.length || (nameOf(a.slice) < nameOf(b.slice) ? -1 : 1),
  )[0];
}

const withEndpoints = (
  slice: EndpointSlice,
  endpoints: Endpoint[],
  labels: Readonly<Record<string, string>>,
): EndpointSlice => ({ ...slice, metadata: { ...slice.metadata, labels: { ...labels } }, endpoints });
