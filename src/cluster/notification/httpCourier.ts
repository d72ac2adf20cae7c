import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Clock } from '../../clock/clock.ts';
import { UnderWay } from '../../clock/underWay.ts';
import type { Answer, Courier, Letter } from '../../controllers/notification/courier.ts';

/** From the look-up of the host's name to the head of the answer. */
const TIMEOUT_MS = 10_000;

/**
 * Posts over HTTP and HTTPS. The answer's head is all that counts: no redirect is followed and no body is read, so that a receiver can
 * cost neither memory nor time. Whoever runs on a virtual clock asks `underWay` before time moves.
 */
export class HttpCourier implements Courier {
  readonly #clock: Clock;
  readonly #posts = new UnderWay();

  /** `clock` must be the system's: networks take real time. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  post(letter: Letter, signal: AbortSignal): Promise<Answer> {
    return this.#posts.track(this.#post(letter, signal));
  }

  /** Resolves when what is under way now has been answered, or has not; undefined when nothing is. */
  underWay(): Promise<void> | undefined {
    return this.#posts.ended();
  }

  async #post(letter: Letter, signal: AbortSignal): Promise<Answer> {
    const timeout = new AbortController();
    const cancel = this.#clock.callIn(TIMEOUT_MS, () => timeout.abort());
    try {
      const response = await respondedTo(letter, AbortSignal.any([signal, timeout.signal]));
      return this.#answerOf(response);
    } catch (error) {
      return { kind: 'unreachable', problem: timeout.signal.aborted ? NO_ANSWER : problemOf(error) };
    } finally {
      cancel();
    }
  }

  #answerOf(response: IncomingMessage): Answer {
    const { statusCode = 0, headers } = response;
    response.destroy();
    const retryAfterMs = waitIn(headers['retry-after'], this.#clock.now());
    return { kind: 'answered', status: statusCode, ...(retryAfterMs !== undefined && { retryAfterMs }) };
  }
}

const NO_ANSWER = `no answer within ${TIMEOUT_MS / 1000} seconds`;

async function respondedTo({ url, headers, body }: Letter, signal: AbortSignal): Promise<IncomingMessage> {
  const secure = url.startsWith('https:');
  const { Agent, request } = secure ? await import('node:https') : await import('node:http');
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const agent = new Agent({ keepAlive: false });
  const post: ClientRequest = request(url, { method: 'POST', headers, agent, signal });
  post.on('response', resolve);
  // Also for what goes wrong after the answer.
  post.on('error', reject);
  post.end(body);
  return promise;
}

/** Seconds, or a date. */
function waitIn(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const waitMs = /^\d{1,9}$/.test(text.trim()) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isNaN(waitMs) ? undefined : Math.max(0, waitMs);
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name cannot be looked up',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
};

/** By its code alone: a message may name what is nobody else's business. */
function problemOf(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return 'the request failed';
  const problem = /CERT|SIGNATURE|TLS/.test(code) ? `its certificate is not trusted: ${code}` : code;
  return PROBLEMS[code] ?? problem;
}
