import { badRequest } from '../../apimachinery/errors.ts';
import type { LogOptions } from '../../apiserver/streams/podAccess.ts';
import type { EpochMs } from '../../clock/clock.ts';

/** The options in the query of `/containerLogs`. Throws a `StatusError` for what is no number, no time or out of range. */
export function logOptions(query: URLSearchParams, now: EpochMs): LogOptions {
  const tailLines = integer(query, 'tailLines', 0);
  const limitBytes = integer(query, 'limitBytes', 1);
  const sinceTime = since(query, now);
  return {
    follow: isTrue(query, 'follow'),
    timestamps: isTrue(query, 'timestamps'),
    previous: isTrue(query, 'previous'),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(sinceTime !== undefined && { sinceTime }),
  };
}

function since(query: URLSearchParams, now: EpochMs): EpochMs | undefined {
  const seconds = integer(query, 'sinceSeconds', 1);
  const text = query.get('sinceTime');
  if (seconds !== undefined && text)
    throw badRequest('at most one of `sinceTime` or `sinceSeconds` may be specified');
  if (!text) return seconds === undefined ? undefined : now - seconds * 1_000;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw badRequest(`sinceTime: invalid value "${text}"`);
  return time;
}

function integer(query: URLSearchParams, name: string, minimum: number): number | undefined {
  const text = query.get(name);
  if (!text) return undefined;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || !Number.isSafeInteger(value))
    throw badRequest(`${name}: invalid value "${text}"`);
  if (value < minimum) throw badRequest(`${name}: must be greater than or equal to ${minimum}`);
  return value;
}

const isTrue = (query: URLSearchParams, name: string) => ['true', '1'].includes(query.get(name) ?? '');
