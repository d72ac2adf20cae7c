import { isStatusError } from '../../apimachinery/errors.ts';

/** Whether something could not be made because its namespace is being deleted: trying again leads to nothing, and is no news. */
export const isOfTerminatingNamespace = (error: unknown): boolean =>
  isStatusError(error, 'Forbidden') && error.message.includes('is being terminated');
