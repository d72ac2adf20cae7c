import { duplicate, type FieldError } from '../apimachinery/fieldErrors.ts';
import type { LimitRange } from '../generated/types.ts';
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

/** Kept as a record: nothing enforces it yet. */
export const limitRanges: Resource<LimitRange> = {
  ...LimitRanges,
  singular: 'limitrange',
  shortNames: ['limits'],
  createOnUpdate: true,
  validate,
  validateUpdate: validate,
  columns: [nameColumn, createdAtColumn],
};
