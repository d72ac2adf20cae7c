import { duplicate, type FieldError } from '../apimachinery/fieldErrors.ts';
import type { LimitRange, LimitRangeItem } from '../generated/types.ts';
import { createdAtColumn, nameColumn } from './columns/metadata.ts';
import { LimitRanges } from './kinds.ts';
import type { Resource } from './resource.ts';

/** Each type of thing is limited once. */
function validate({ spec }: LimitRange): FieldError[] {
  const seen = new Set<string>();
  return (spec?.limits ?? []).flatMap(({ type }, index) => {
    const isRepeated = seen.has(type);
    seen.add(type);
    return isRepeated ? [duplicate(`spec.limits[${index}].type`, type)] : [];
  });
}

/** Of a container's limits, the largest are the default, and those (or else the smallest) are what it requests. */
function setItemDefaults(item: LimitRangeItem): void {
  if (item.type !== 'Container') return;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  if (Object.keys(limits).length > 0) item.default = limits;
  if (Object.keys(requests).length > 0) item.defaultRequest = requests;
}

/** Kept as a record: nothing enforces it yet. */
export const limitRanges: Resource<LimitRange> = {
  ...LimitRanges,
  singular: 'limitrange',
  shortNames: ['limits'],
  createOnUpdate: true,
  setDefaults: ({ spec }) => spec?.limits?.forEach(setItemDefaults),
  validate,
  validateUpdate: validate,
  columns: [nameColumn, createdAtColumn],
};
