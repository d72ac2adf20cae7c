import { badRequest, StatusError } from '../../apimachinery/errors.ts';
import type { ServedPath } from '../../apiserver/http/handler.ts';
import type { HttpRequest, HttpResponse } from '../../apiserver/http/message.ts';
import { jsonResponse } from '../../apiserver/http/respond.ts';
import type { Client } from '../../client/client.ts';
import type { Clock, EpochMs } from '../../clock/clock.ts';
import { type Condition, parseCondition } from '../until/condition.ts';
import { InVain } from '../until/inVain.ts';
import type { TurnableClock } from './turnableClock.ts';

export const CLOCK_PATH = '/sampan.dev/clock';
/** Real time that one request may take: whoever wants to go further asks again. */
const SLICE_MS = 500;
const MAX_BODY_BYTES = 64 * 1024;

/** What `POST /sampan.dev/clock` asks for: to go to a time, and to stop before it once a condition holds. */
export interface TurnRequest {
  readonly to: EpochMs;
  readonly until?: { readonly object: string; readonly what: string; readonly namespace: string };
}

/** The answer to it, and to a GET, where `isDone` says nothing. */
export interface ClockAnswer {
  readonly time: EpochMs;
  readonly clock: 'virtual' | 'system';
  readonly isDone: boolean;
  /** Whether the condition of `until` holds. */
  readonly isMet: boolean;
}

/** The cluster's clock over HTTPS: GET tells the time, POST turns it. Administrators only, as the authorizer has it. */
export const clockEndpoint = (
  clock: Clock,
  turnable: TurnableClock | undefined,
  client: () => Client,
): ServedPath => ({
  path: CLOCK_PATH,
  async handle(request): Promise<HttpResponse> {
    if (request.method === 'GET') {
      return answer({
        time: clock.now(),
        clock: turnable ? 'virtual' : 'system',
        isDone: true,
        isMet: false,
      });
    }
    if (request.method !== 'POST') {
      throw new StatusError(
        'MethodNotAllowed',
        'the server does not allow this method on the requested resource',
      );
    }
    if (!turnable) {
      throw badRequest(
        "The cluster runs on the system's clock, which nobody can turn: start it with --clock virtual",
      );
    }
    const { to, until } = await read(request);
    const condition = until && conditionOf(until);
    const turned = await turnable.turn(to, SLICE_MS, condition && (() => holds(condition, client())));
    return answer({ ...turned, clock: 'virtual' });
  },
});

/** Whoever waits in vain asked for what cannot be had. */
async function holds(condition: Condition, client: Client): Promise<boolean> {
  try {
    return await condition.holds(client);
  } catch (error) {
    throw error instanceof InVain ? badRequest(error.message) : error;
  }
}

const answer = (value: ClockAnswer) => jsonResponse(value);

async function read(request: HttpRequest): Promise<TurnRequest> {
  const text = Buffer.from(await request.body(MAX_BODY_BYTES)).toString('utf8');
  let body: Partial<TurnRequest>;
  try {
    body = JSON.parse(text) as Partial<TurnRequest>;
  } catch {
    throw badRequest('the body must be JSON');
  }
  if (typeof body?.to !== 'number' || !Number.isFinite(body.to) || Math.abs(body.to) > 8.64e15) {
    throw badRequest('to: it must be a time in milliseconds since 1970');
  }
  return body as TurnRequest;
}

function conditionOf({ object, what, namespace }: NonNullable<TurnRequest['until']>) {
  try {
    return parseCondition(String(object), String(what), String(namespace));
  } catch (error) {
    throw badRequest((error as Error).message);
  }
}
