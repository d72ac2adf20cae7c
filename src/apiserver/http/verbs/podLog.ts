import { invalid } from '../../../apimachinery/errors.ts';
import { type FieldError, forbiddenField, invalidValue } from '../../../apimachinery/fieldErrors.ts';
import { type Clock, delay } from '../../../clock/clock.ts';
import type { Pod } from '../../../generated/types.ts';
import type { LogOptions } from '../../streams/podAccess.ts';
import type { HttpResponse, Sink } from '../message.ts';
import { isTrue } from '../requestInfo.ts';
import { textResponse } from '../respond.ts';
import { type Call, notAllowed, targetOf } from './call.ts';
import { podWithLog, waitsForLogs } from './patientLog.ts';
import { accessTo, containerOf, type PodAccessFor, podOf, referenceTo } from './podConnections.ts';

/** `/log` of a pod. Failures before the first byte are answered as such; later ones end the text. */
export async function readLog(call: Call, podAccessFor: PodAccessFor): Promise<HttpResponse> {
  if (call.http.method !== 'GET') throw notAllowed();
  const pod = podOf(call);
  const options = logOptionsOf(call);
  const container = containerOf(pod, call.query.get('container'));
  const abort = new AbortController();
  const isPatient = options.follow && !options.previous && waitsForLogs(pod);
  if (!isPatient && !pod.spec.nodeName) return textResponse('');
  const log = (of: Pod) => accessTo(of, podAccessFor).logs(referenceTo(of), container, options, abort.signal);
  if (!isPatient) await accessTo(pod, podAccessFor).reach?.();
  const awaited = () => podWithLog(call.registry, targetOf(call), container, abort.signal);
  const bytes = (isPatient ? onceThere(awaited, log) : log(pod))[Symbol.asyncIterator]();
  const first = bytes.next();
  const failure = await earlyFailure(first, options.follow ? call.registry.parts.clock : undefined);
  if (failure) throw failure.error;
  return {
    status: 200,
    headers: { 'content-type': 'text/plain' },
    stream: (sink) => {
      void pump(bytes, first, sink);
      return () => abort.abort();
    },
  };
}

async function* onceThere(
  awaited: () => Promise<Pod>,
  log: (pod: Pod) => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  yield* log(await awaited());
}

/** A quiet log that is followed says nothing for long, and the client waits for the answer's head. */
const HEAD_PATIENCE_MS = 100;

/** Why there is no log: if that shows at once, where a clock is given. */
async function earlyFailure(
  first: Promise<unknown>,
  clock: Clock | undefined,
): Promise<{ error: unknown } | undefined> {
  const patience = new AbortController();
  const outcome = first.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (!clock) return outcome;
  const failure = await Promise.race([outcome, delay(clock, HEAD_PATIENCE_MS, patience.signal)]);
  patience.abort();
  return failure ?? undefined;
}

async function pump(
  bytes: AsyncIterator<Uint8Array>,
  first: Promise<IteratorResult<Uint8Array>>,
  sink: Sink,
): Promise<void> {
  try {
    for (let next = await first; !next.done; next = await bytes.next()) {
      sink.write(next.value);
      await sink.whenDrained();
    }
  } catch (error) {
    sink.write(Buffer.from(`${(error as Error).message}\n`));
  } finally {
    sink.end();
  }
}

/** Throws 422 for numbers that make no sense. */
function logOptionsOf({ query, registry }: Call): LogOptions {
  const errors: FieldError[] = [];
  const tailLines = numberOf(query, 'tailLines', 0, errors);
  const limitBytes = numberOf(query, 'limitBytes', 1, errors);
  const sinceSeconds = numberOf(query, 'sinceSeconds', 1, errors);
  const sinceTime = timeOf(query, errors);
  if (sinceSeconds !== undefined && sinceTime !== undefined) {
    errors.push(forbiddenField('', 'at most one of `sinceTime` or `sinceSeconds` may be specified'));
  }
  if (errors.length > 0) throw invalid({ group: '', kind: 'PodLogOptions' }, '', errors);
  const since = sinceSeconds === undefined ? sinceTime : registry.parts.clock.now() - sinceSeconds * 1000;
  return {
    follow: isTrue(query.get('follow')),
    timestamps: isTrue(query.get('timestamps')),
    previous: isTrue(query.get('previous')),
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(since !== undefined && { sinceTime: since }),
  };
}

function numberOf(
  query: URLSearchParams,
  field: string,
  min: number,
  errors: FieldError[],
): number | undefined {
  const text = query.get(field);
  if (!text) return undefined;
  const value = /^-?\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min) return value;
  const rule = min === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
  errors.push(invalidValue(field, Number.isNaN(value) ? text : value, rule));
  return undefined;
}

function timeOf(query: URLSearchParams, errors: FieldError[]): number | undefined {
  const text = query.get('sinceTime');
  if (!text) return undefined;
  const time = Date.parse(text);
  if (!Number.isNaN(time)) return time;
  errors.push(invalidValue('sinceTime', text, 'must be a time as in RFC 3339'));
  return undefined;
}
