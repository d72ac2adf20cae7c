import type { ServiceAccount } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { ServiceAccounts } from './kinds.ts';
import type { Resource } from './resource.ts';

export const serviceAccounts: Resource<ServiceAccount> = {
  ...ServiceAccounts,
  singular: 'serviceaccount',
  shortNames: ['sa'],
  validate: () => [],
  validateUpdate: () => [],
  columns: [
    nameColumn,
    {
      name: 'Secrets',
      type: 'integer',
      description: 'How many secrets it may use by reference.',
      cell: ({ secrets = [] }) => secrets.length,
    },
    ageColumn,
  ],
};
