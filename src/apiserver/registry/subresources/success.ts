import type { Status } from '../../../generated/types.ts';

/** The answer of what has nothing else to say. */
export const success = (code = 201): Status => ({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code,
});
