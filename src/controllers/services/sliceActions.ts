import { isStatusError } from '../../apimachinery/errors.ts';
import { type Client, refOf } from '../../client/client.ts';
import type { EndpointSlice } from '../../generated/types.ts';
import { EndpointSlices } from '../../resources/kinds.ts';
import { isOfTerminatingNamespace } from '../framework/terminatingNamespace.ts';

/** One write of a slice. */
export interface SliceAction {
  readonly kind: 'create' | 'update' | 'delete';
  readonly slice: EndpointSlice;
}

/** What is to become of slices. */
export interface SliceChanges {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly delete: readonly EndpointSlice[];
}

/** A slice that would go takes the place of a new one, if it may: one write less. What is in `create` is not changed. */
export function recycle(
  changes: SliceChanges,
  mayBecome: (old: EndpointSlice, next: EndpointSlice) => boolean,
): SliceChanges {
  const create = [...changes.create];
  const update = [...changes.update];
  const kept = changes.delete.filter((old) => {
    const index = create.findLastIndex((next) => mayBecome(old, next));
    if (index < 0) return true;
    const [next] = create.splice(index, 1);
    update.push(inPlaceOf(old, next!));
    return false;
  });
  return { create, update, delete: kept };
}

function inPlaceOf(old: EndpointSlice, { metadata, ...rest }: EndpointSlice): EndpointSlice {
  const { generateName: _, ...fields } = metadata;
  const { annotations: __, ...kept } = old.metadata;
  return { ...rest, metadata: { ...kept, ...fields } };
}

/** New endpoints are there before old ones go. */
export const stagesOf = (changes: SliceChanges): readonly (readonly SliceAction[])[] =>
  (['create', 'update', 'delete'] as const).map((kind) => changes[kind].map((slice) => ({ kind, slice })));

/**
 * Carries out one write. In a namespace on its way out nothing new can be made, and what is gone need not be removed; nor changed, for whoever
 * watches slices hears that it is gone and looks again.
 */
export async function writeSlice(client: Client, { kind, slice }: SliceAction): Promise<void> {
  try {
    if (kind === 'create') await client.create(EndpointSlices, slice);
    else if (kind === 'update') await client.update(EndpointSlices, slice);
    else await client.delete(EndpointSlices, refOf(slice), { preconditions: { uid: slice.metadata.uid! } });
  } catch (error) {
    const isFine = kind === 'create' ? isOfTerminatingNamespace(error) : isStatusError(error, 'NotFound');
    if (!isFine) throw error;
  }
}
