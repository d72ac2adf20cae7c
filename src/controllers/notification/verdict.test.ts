import { expect, test } from 'vitest';
import type { Random } from '../../clock/random.ts';
import type { Answer } from './courier.ts';
import { verdictOf } from './verdict.ts';

const HOUR_MS = 3_600_000;
const drawing = (number: number): Random => ({ next: () => number, stream: () => drawing(number) });
const answered = (status: number, retryAfterMs?: number): Answer => ({
  kind: 'answered',
  status,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

interface Case {
  answer: Answer;
  tries?: number;
  /** For how long it has been tried. */
  forMs?: number;
  draw?: number;
  want: string;
}
const cases: Record<string, Case> = {
  '200 is success': { answer: answered(200), want: 'delivered' },
  'so is 299': { answer: answered(299), want: 'delivered' },
  'a redirect ends it': { answer: answered(301), want: 'failed: it answered 301' },
  'so does a refusal': { answer: answered(404), want: 'failed: it answered 404' },
  'and 401, for a secret that is wrong': { answer: answered(401), want: 'failed: it answered 401' },
  '500 is tried again after half a second at least': {
    answer: answered(500),
    draw: 0,
    want: 'again in 500: it answered 500',
  },
  'and a second at most': { answer: answered(500), draw: 1, want: 'again in 1000: it answered 500' },
  'then after twice as long': {
    answer: answered(503),
    tries: 1,
    draw: 1,
    want: 'again in 2000: it answered 503',
  },
  'up to five minutes': {
    answer: answered(503),
    tries: 40,
    draw: 1,
    want: 'again in 300000: it answered 503',
  },
  '408 is tried again': { answer: answered(408), draw: 1, want: 'again in 1000: it answered 408' },
  '429 is tried again': { answer: answered(429), draw: 1, want: 'again in 1000: it answered 429' },
  'when it says, and nothing else before': {
    answer: answered(429, 60_000),
    want: 'all again in 60000: it answered 429',
  },
  'but not sooner than it would be': {
    answer: answered(503, 1_000),
    tries: 5,
    draw: 1,
    want: 'all again in 32000: it answered 503',
  },
  'no answer is tried again': {
    answer: { kind: 'unreachable', problem: 'the connection was refused' },
    draw: 1,
    want: 'again in 1000: the connection was refused',
  },
  'for a day': {
    answer: answered(500),
    tries: 9,
    draw: 1,
    forMs: 24 * HOUR_MS - 299_999,
    want: 'failed: it answered 500, for a day',
  },
  'to its end': {
    answer: answered(500),
    tries: 9,
    draw: 1,
    forMs: 24 * HOUR_MS - 300_000,
    want: 'again in 300000: it answered 500',
  },
};
for (const [name, { answer, tries = 0, forMs = 0, draw = 0.5, want }] of Object.entries(cases)) {
  test(name, () => {
    const now = 1_000_000_000_000;
    const verdict = verdictOf(answer, { tries, since: now - forMs }, now, drawing(draw));
    const words =
      verdict.kind === 'retry'
        ? `${verdict.isForAll ? 'all ' : ''}again in ${verdict.at - now}: ${verdict.why}`
        : verdict.kind === 'failed'
          ? `failed: ${verdict.why}`
          : 'delivered';
    expect(words).toBe(want);
  });
}
