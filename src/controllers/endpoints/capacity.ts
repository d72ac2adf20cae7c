import type { EndpointSubset } from '../../generated/types.ts';

/** So many addresses one Endpoints object has at most. */
const CAPACITY = 1000;

const count = (subsets: readonly EndpointSubset[], which: 'addresses' | 'notReadyAddresses'): number =>
  subsets.reduce((sum, subset) => sum + (subset[which]?.length ?? 0), 0);

/** Whether there are more addresses than one object may have. */
export const isOverCapacity = (subsets: readonly EndpointSubset[]): boolean =>
  count(subsets, 'addresses') + count(subsets, 'notReadyAddresses') > CAPACITY;

/**
 * As many addresses as there may be: those that are ready first, from each subset as large a part as from the others. Parts are rounded up,
 * so the last subset may get less.
 */
export function truncated(subsets: readonly EndpointSubset[]): EndpointSubset[] {
  const ready = count(subsets, 'addresses');
  if (ready <= CAPACITY) return cut(subsets, 'notReadyAddresses', CAPACITY - ready);
  return cut(subsets, 'addresses', CAPACITY).map(({ notReadyAddresses: _, ...subset }) => subset);
}

function cut(
  subsets: readonly EndpointSubset[],
  which: 'addresses' | 'notReadyAddresses',
  most: number,
): EndpointSubset[] {
  const total = count(subsets, which);
  let left = most;
  return subsets.flatMap((subset) => {
    const { [which]: addresses = [], ...others } = subset;
    const share = Math.min(left, Math.ceil((addresses.length / total) * most) || 0);
    const kept = addresses.slice(0, share);
    left -= kept.length;
    const rest = others as EndpointSubset;
    const isEmpty = kept.length === 0 && !rest.addresses?.length && !rest.notReadyAddresses?.length;
    return isEmpty ? [] : [{ ...(kept.length > 0 && { [which]: kept }), ...rest }];
  });
}
