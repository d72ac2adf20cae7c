import { StatusError } from '../../../apimachinery/errors.ts';

/** What lies behind a proxy does not answer. */
export const unreachable = (why: string): StatusError =>
  new StatusError('ServiceUnavailable', `error trying to reach service: ${why}`);
