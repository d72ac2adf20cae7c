import type { LimitRange, LimitRangeItem } from '../generated/types.ts';
import { createdAtColumn, nameColumn } from './columns/metadata.ts';
import { LimitRanges } from './kinds.ts';
import { validateLimitRange } from './limitRangeValidation.ts';
import { canonicalize } from './pod/resourceLists.ts';
import type { Resource } from './resource.ts';

/** Of a container's limits, the largest are the default, and those (or else the smallest) are what it requests. */
function setItemDefaults(item: LimitRangeItem): void {
  for (const list of [item.min, item.max, item.default, item.defaultRequest, item.maxLimitRequestRatio])
    canonicalize(list);
  if (item.type !== 'Container') return;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

/** What admission holds new pods to, and completes them by: see the plugin `limitRanger`. */
export const limitRanges: Resource<LimitRange> = {
  ...LimitRanges,
  singular: 'limitrange',
  shortNames: ['limits'],
  createOnUpdate: true,
  setDefaults: ({ spec }) => spec?.limits?.forEach(setItemDefaults),
  validate: validateLimitRange,
  validateUpdate: validateLimitRange,
  columns: [nameColumn, createdAtColumn],
};
