import { invalid, StatusError } from '../../apimachinery/errors.ts';
import { invalidValue } from '../../apimachinery/fieldErrors.ts';
import type { Revision } from '../../store/store.ts';

/** Reads a `resourceVersion` parameter: 0 when it is not set. Throws 422 for what is not a number. */
export function parseResourceVersion(text: string | undefined): Revision {
  if (!text) return 0;
  const revision = /^\d{1,19}$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isSafeInteger(revision)) return revision;
  const problem = /^\d+$/.test(text) ? 'value out of range' : 'invalid syntax';
  throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', [
    invalidValue('resourceVersion', text, `strconv.ParseUint: parsing ${JSON.stringify(text)}: ${problem}`),
  ]);
}

/** A client that saw a version which this server has not: it tries again in a second. */
export function checkNotFuture(asked: Revision, current: Revision): void {
  if (asked <= current) return;
  throw new StatusError('Timeout', `Too large resource version: ${asked}, current: ${current}`, {
    causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
    retryAfterSeconds: 1,
  });
}
