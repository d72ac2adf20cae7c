import { type FieldError, invalidValue } from '../apimachinery/fieldErrors.ts';
import type { Lease } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { Leases } from './kinds.ts';
import type { Resource } from './resource.ts';

function validate({ spec }: Lease): FieldError[] {
  const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec ?? {};
  const errors: FieldError[] = [];
  if (duration !== undefined && duration <= 0) {
    errors.push(invalidValue('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
  }
  if (transitions !== undefined && transitions < 0) {
    errors.push(invalidValue('spec.leaseTransitions', transitions, 'must be greater than or equal to 0'));
  }
  return errors;
}

export const leases: Resource<Lease> = {
  ...Leases,
  singular: 'lease',
  createOnUpdate: true,
  requiresResourceVersion: true,
  validate,
  validateUpdate: validate,
  columns: [
    nameColumn,
    {
      name: 'Holder',
      type: 'string',
      description: 'Who holds it.',
      cell: ({ spec }) => spec?.holderIdentity ?? '',
    },
    ageColumn,
  ],
};
