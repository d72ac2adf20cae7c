import { internalError, messageOf, StatusError } from '../../apimachinery/errors.ts';
import type { RemoteCommandResult } from '../../apimachinery/remoteCommand.ts';
import type { Status } from '../../generated/types.ts';

const SUCCESS: Status = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success' };
const INTERNAL_ERROR = internalError('').message;

/** What the error channel says of a command that has ended. Clients take the exit code from the cause. */
export function statusOfResult(result: RemoteCommandResult): Status {
  if (result.kind === 'failed') return internalError(result.message).toStatus();
  if (result.exitCode === 0) return SUCCESS;
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message: `command terminated with non-zero exit code: exit status ${result.exitCode}`,
    reason: 'NonZeroExitCode',
    details: { causes: [{ reason: 'ExitCode', message: String(result.exitCode) }] },
  };
}

/** The same for a command that could not be started. */
export const statusOfError = (error: unknown): Status =>
  error instanceof StatusError ? error.toStatus() : internalError(messageOf(error)).toStatus();

/** The bytes on the error channel: JSON from v4 on; before that the message, and nothing on success. */
export function encodeStatus(status: Status, structured: boolean): Buffer {
  if (structured) return Buffer.from(JSON.stringify(status));
  return Buffer.from(status.status === 'Success' ? '' : (status.message ?? ''));
}

/** What a client reads from the error channel (v4 and later). Throws the server's `StatusError` when it says anything else than an exit. */
export function resultOfStatus(bytes: Buffer): RemoteCommandResult {
  const status = parseStatus(bytes);
  if (status?.status === 'Success') return { kind: 'exited', exitCode: 0 };
  if (!status) return { kind: 'failed', message: `error stream protocol error: ${bytes}` };
  if (status.reason === 'NonZeroExitCode') return exitOf(status);
  const message = status.message ?? '';
  if (!message.startsWith(INTERNAL_ERROR)) throw StatusError.fromStatus(status);
  return { kind: 'failed', message: message.slice(INTERNAL_ERROR.length) };
}

function exitOf(status: Status): RemoteCommandResult {
  const cause = status.details?.causes?.find(({ reason }) => reason === 'ExitCode');
  const exitCode = Number.parseInt(cause?.message ?? '', 10);
  if (Number.isInteger(exitCode)) return { kind: 'exited', exitCode };
  return { kind: 'failed', message: 'error stream protocol error: no exit code' };
}

function parseStatus(bytes: Buffer): Status | undefined {
  try {
    const status = JSON.parse(bytes.toString());
    return typeof status === 'object' && status !== null ? status : undefined;
  } catch {
    return undefined;
  }
}
