import type { FieldError } from '../apimachinery/fieldErrors.ts';
import { immutableField } from '../apimachinery/metaValidation.ts';
import { qualifiedName } from '../apimachinery/nameRules.ts';
import { checkRule } from '../apimachinery/validation.ts';
import type { ResourceQuota } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { ResourceQuotas } from './kinds.ts';
import type { Resource } from './resource.ts';

const LIMITS = 'limits.';

const validate = ({ spec }: ResourceQuota): FieldError[] =>
  Object.keys(spec?.hard ?? {}).flatMap((resource) =>
    checkRule(`spec.hard[${resource}]`, resource, qualifiedName),
  );

/** `cpu: 1/4, memory: 512Mi/2Gi`: used and hard, of limits or of everything else. */
function usageText({ status }: ResourceQuota, ofLimits: boolean): string {
  const { hard = {}, used = {} } = status ?? {};
  return Object.keys(hard)
    .filter((resource) => resource.startsWith(LIMITS) === ofLimits)
    .sort()
    .map((resource) => `${resource}: ${used[resource] ?? '0'}/${hard[resource]}`)
    .join(', ');
}

/** Kept as a record: nothing enforces it yet. */
export const resourceQuotas: Resource<ResourceQuota> = {
  ...ResourceQuotas,
  singular: 'resourcequota',
  shortNames: ['quota'],
  subresources: { status: true },
  prepareCreate(quota) {
    quota.status = {};
  },
  validate,
  validateUpdate: (next, stored) => [
    ...validate(next),
    ...immutableField('spec.scopes', next.spec?.scopes?.toSorted(), stored.spec?.scopes?.toSorted()),
  ],
  columns: [
    nameColumn,
    {
      name: 'Request',
      type: 'string',
      description: 'Used and allowed requests and counts.',
      cell: (quota) => usageText(quota, false),
    },
    {
      name: 'Limit',
      type: 'string',
      description: 'Used and allowed limits.',
      cell: (quota) => usageText(quota, true),
    },
    ageColumn,
  ],
};
