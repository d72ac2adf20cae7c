import { immutableField } from '../apimachinery/metaValidation.ts';
import type { ResourceQuota } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { ResourceQuotas } from './kinds.ts';
import { canonicalize } from './pod/resourceLists.ts';
import { validateQuota } from './quota/quotaValidation.ts';
import type { Resource } from './resource.ts';

const LIMITS = 'limits.';

/** `cpu: 1/4, memory: 512Mi/2Gi`: used and hard, of limits or of everything else. */
function usageText({ status }: ResourceQuota, ofLimits: boolean): string {
  const { hard = {}, used = {} } = status ?? {};
  return Object.keys(hard)
    .filter((resource) => resource.startsWith(LIMITS) === ofLimits)
    .sort()
    .map((resource) => `${resource}: ${used[resource] ?? '0'}/${hard[resource]}`)
    .join(', ');
}

/** How much a namespace may use: admission refuses what goes beyond it, a controller tells how much is used. */
export const resourceQuotas: Resource<ResourceQuota> = {
  ...ResourceQuotas,
  singular: 'resourcequota',
  shortNames: ['quota'],
  subresources: { status: true },
  setDefaults({ spec, status }) {
    for (const list of [spec?.hard, status?.hard, status?.used]) canonicalize(list);
  },
  prepareCreate(quota) {
    quota.status = {};
  },
  validate: validateQuota,
  validateUpdate: (next, stored) => [
    ...validateQuota(next),
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
