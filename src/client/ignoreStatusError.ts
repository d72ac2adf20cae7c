import { isStatusError, type StatusReason } from '../apimachinery/errors.ts';

/**
 * Resolves to undefined when the API answers with one of the reasons, which are fine with the caller. A request about
 * one object and not its namesake (`preconditions.uid`) meets `Conflict` where another would meet `NotFound`.
 */
export async function ignoreStatusError<Answer>(
  request: Promise<Answer>,
  ...reasons: [StatusReason, ...StatusReason[]]
): Promise<Answer | undefined> {
  try {
    return await request;
  } catch (error) {
    if (!isStatusError(error, ...reasons)) throw error;
    return undefined;
  }
}
