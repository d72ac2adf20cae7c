import type { Status, StatusCause, StatusDetails } from '../generated/types.ts';
import { errorMessage, type FieldError } from './fieldErrors.ts';

/** The `reason` that clients branch on (`metav1.StatusReason`). */
export type StatusReason =
  | 'Unauthorized'
  | 'Forbidden'
  | 'NotFound'
  | 'AlreadyExists'
  | 'Conflict'
  | 'Gone'
  | 'Expired'
  | 'Invalid'
  | 'ServerTimeout'
  | 'Timeout'
  | 'TooManyRequests'
  | 'BadRequest'
  | 'MethodNotAllowed'
  | 'NotAcceptable'
  | 'RequestEntityTooLarge'
  | 'UnsupportedMediaType'
  | 'InternalError'
  | 'ServiceUnavailable';

const CODES: Record<StatusReason, number> = {
  Unauthorized: 401,
  Forbidden: 403,
  NotFound: 404,
  AlreadyExists: 409,
  Conflict: 409,
  Gone: 410,
  Expired: 410,
  Invalid: 422,
  ServerTimeout: 500,
  Timeout: 504,
  TooManyRequests: 429,
  BadRequest: 400,
  MethodNotAllowed: 405,
  NotAcceptable: 406,
  RequestEntityTooLarge: 413,
  UnsupportedMediaType: 415,
  InternalError: 500,
  ServiceUnavailable: 503,
};

/** What a failed request was about: enough of a resource to name it in a message. */
export interface ResourceName {
  readonly group: string;
  readonly plural: string;
}

/** A failure of the API, in Kubernetes' own form. */
export class StatusError extends Error {
  readonly reason: StatusReason;
  readonly code: number;
  readonly details: StatusDetails | undefined;

  constructor(reason: StatusReason, message: string, details?: StatusDetails, code = CODES[reason]) {
    super(message);
    this.name = 'StatusError';
    this.reason = reason;
    this.code = code;
    this.details = details;
  }

  /** The body that an HTTP client receives. */
  toStatus(): Status {
    return {
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: this.message,
      ...(this.reason && { reason: this.reason }),
      ...(this.details && { details: this.details }),
      code: this.code,
    };
  }

  /** The error that a client makes of a `Status` body. */
  static fromStatus(status: Status): StatusError {
    const reason = (status.reason || 'InternalError') as StatusReason;
    return new StatusError(reason, status.message ?? reason, status.details, status.code ?? CODES[reason]);
  }
}

export const isStatusError = (error: unknown, ...reasons: StatusReason[]): error is StatusError =>
  error instanceof StatusError && (reasons.length === 0 || reasons.includes(error.reason));

/** What went wrong, whatever was thrown. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** `pods` or, outside the core group, `jobs.batch`. */
export const qualified = ({ group, plural }: ResourceName) => (group ? `${plural}.${group}` : plural);

const details = (resource: ResourceName, name: string): StatusDetails => ({
  ...(name && { name }),
  ...(resource.group && { group: resource.group }),
  kind: resource.plural,
});

export const notFound = (resource: ResourceName, name: string) =>
  new StatusError('NotFound', `${qualified(resource)} "${name}" not found`, details(resource, name));

export const alreadyExists = (resource: ResourceName, name: string) =>
  new StatusError(
    'AlreadyExists',
    `${qualified(resource)} "${name}" already exists`,
    details(resource, name),
  );

export const conflict = (resource: ResourceName, name: string, why: string) =>
  new StatusError(
    'Conflict',
    `Operation cannot be fulfilled on ${qualified(resource)} "${name}": ${why}`,
    details(resource, name),
  );

/** What upstream says when `resourceVersion` is not the stored one. */
export const staleVersion = (resource: ResourceName, name: string) =>
  conflict(
    resource,
    name,
    'the object has been modified; please apply your changes to the latest version and try again',
  );

/** 422 with one cause per field. `kind` is given with its group, as in `Job.batch "x" is invalid: …`. */
export function invalid(kind: { group: string; kind: string }, name: string, errors: readonly FieldError[]) {
  const causes: StatusCause[] = errors.map((error) => ({
    reason: error.type,
    message: errorMessage(error, false),
    field: error.field,
  }));
  const messages = [...new Set(errors.map((error) => errorMessage(error)))];
  const what = messages.length === 1 ? messages[0] : `[${messages.join(', ')}]`;
  return new StatusError(
    'Invalid',
    `${kind.group ? `${kind.kind}.${kind.group}` : kind.kind} "${name}" is invalid: ${what}`,
    { ...(name && { name }), ...(kind.group && { group: kind.group }), kind: kind.kind, causes },
  );
}

export const badRequest = (message: string) => new StatusError('BadRequest', message);
export const unauthorized = (message = 'Unauthorized') => new StatusError('Unauthorized', message);
export const internalError = (message: string) =>
  new StatusError('InternalError', `Internal error occurred: ${message}`, { causes: [{ message }] });
export const unsupportedMediaType = (message: string) => new StatusError('UnsupportedMediaType', message);
export const notAcceptable = (message: string) => new StatusError('NotAcceptable', message);
export const tooManyRequests = (message: string, retryAfterSeconds: number, causes?: StatusCause[]) =>
  new StatusError('TooManyRequests', message, {
    ...(retryAfterSeconds > 0 && { retryAfterSeconds }),
    ...(causes && { causes }),
  });
export const tooLarge = (message: string) => new StatusError('RequestEntityTooLarge', message);

export const forbidden = (resource: ResourceName, name: string, why: string) =>
  new StatusError(
    'Forbidden',
    name
      ? `${qualified(resource)} "${name}" is forbidden: ${why}`
      : `${qualified(resource)} is forbidden: ${why}`,
    details(resource, name),
  );

/** A watch or a list from a revision that has been compacted away. */
export const expired = (requested: number, oldest: number) =>
  new StatusError('Expired', `too old resource version: ${requested} (${oldest})`);
