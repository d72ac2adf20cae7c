import { isStatusError } from '../../apimachinery/errors.ts';

/** What a request that must fail says. */
export const failure = async (request: Promise<unknown>): Promise<string> => {
  const error = await request.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return isStatusError(error) ? `${error.code} ${error.reason}: ${error.message}` : `no failure: ${error}`;
};
