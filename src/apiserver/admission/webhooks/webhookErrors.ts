import { badRequest, internalError, StatusError, type StatusReason } from '../../../apimachinery/errors.ts';
import type { Status } from '../../../generated/types.ts';

/** A webhook could not be asked, or its answer was none: its `failurePolicy` says what that means. */
export class CallFailedError extends Error {
  constructor(webhook: string, why: string) {
    super(`failed calling webhook ${JSON.stringify(webhook)}: ${why}`);
    this.name = 'CallFailedError';
  }

  /** What the client is told where nothing may pass unseen. */
  toStatusError(): StatusError {
    return internalError(this.message);
  }
}

export const dryRunUnsupported = (webhook: string): StatusError =>
  badRequest(`admission webhook ${JSON.stringify(webhook)} does not support dry run`);

/** The webhook said no; a code below 400 would tell the client that all is well. */
export function denied(webhook: string, status: Partial<Status> = {}): StatusError {
  const { message, reason, details, code = 0 } = status;
  const text = message || reason;
  const prefix = `admission webhook ${JSON.stringify(webhook)} denied the request`;
  return new StatusError(
    (reason ?? '') as StatusReason,
    text ? `${prefix}: ${text}` : `${prefix} without explanation`,
    details,
    Math.max(code, 400),
  );
}
