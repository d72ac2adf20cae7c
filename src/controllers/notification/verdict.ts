import type { Ms } from '../../clock/clock.ts';
import type { Random } from '../../clock/random.ts';
import type { Answer } from './courier.ts';

/** What an attempt means for the delivery. `why` is for people, and names neither URL nor header. */
export type Verdict =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly why: string }
  | {
      readonly kind: 'retry';
      readonly at: Ms;
      readonly why: string;
      /** The receiver asked for it: nothing else is sent there before. */
      readonly isForAll: boolean;
    };

export interface Attempt {
  /** How many there were before this one. */
  readonly tries: number;
  /** When the first was due. */
  readonly since: Ms;
}

/** The wait after the first attempt; it doubles up to the longest. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 300_000;
/** For how long a delivery is tried. */
export const PATIENCE_MS = 24 * 3_600_000;

const REQUEST_TIMEOUT = 408;
const TOO_MANY_REQUESTS = 429;

/** Success is 2xx. What may pass is tried again, later each time; any other answer ends it. */
export function verdictOf(answer: Answer, { tries, since }: Attempt, now: Ms, random: Random): Verdict {
  if (answer.kind === 'answered' && answer.status >= 200 && answer.status < 300) return { kind: 'delivered' };
  const why = answer.kind === 'answered' ? `it answered ${answer.status}` : answer.problem;
  if (answer.kind === 'answered' && !mayPass(answer.status)) return { kind: 'failed', why };
  const asked = answer.kind === 'answered' ? (answer.retryAfterMs ?? 0) : 0;
  const at = now + Math.max(asked, backOffMs(tries, random));
  if (at > since + PATIENCE_MS) return { kind: 'failed', why: `${why}, for a day` };
  return { kind: 'retry', at, why, isForAll: asked > 0 };
}

const mayPass = (status: number): boolean =>
  status >= 500 || status === TOO_MANY_REQUESTS || status === REQUEST_TIMEOUT;

/** Half of it is left to chance, so that those who failed together do not come again together. */
function backOffMs(tries: number, random: Random): number {
  const longest = Math.min(FIRST_RETRY_MS * 2 ** tries, LONGEST_RETRY_MS);
  return Math.round(longest * (0.5 + random.next() / 2));
}
