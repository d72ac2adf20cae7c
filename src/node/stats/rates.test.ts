import { describe, expect, test } from 'vitest';
import { type Rate, rateOf } from './rates.ts';

const count = (at: number, coreNanoseconds: number, nanoCores?: number) => ({
  at,
  cpu: { coreNanoseconds, ...(nanoCores !== undefined && { nanoCores }) },
});
type Count = ReturnType<typeof count>;

describe('the use of processors', () => {
  test.each<
    [title: string, now: Count, before: Count | undefined, beganAt: number | undefined, Rate | undefined]
  >([
    [
      'is what was used between two looks',
      count(12_000, 7e9),
      count(2_000, 2e9),
      undefined,
      { nanoCores: 5e8, windowMs: 10_000 },
    ],
    [
      'since its start, of what began after the first look',
      count(12_000, 2e9),
      undefined,
      8_000,
      { nanoCores: 5e8, windowMs: 4_000 },
    ],
    [
      'by the look before rather than by its start',
      count(12_000, 2e9),
      count(10_000, 1e9),
      0,
      { nanoCores: 5e8, windowMs: 2_000 },
    ],
    ['is not known by one look', count(12_000, 2e9), undefined, undefined, undefined],
    ['is not known of what has just begun', count(12_000, 2e9), undefined, 11_900, undefined],
    ['is not known of what began long ago', count(3_600_000, 2e9), undefined, 0, undefined],
    [
      'is nothing where the counter has begun anew',
      count(12_000, 1e9),
      count(2_000, 2e9),
      undefined,
      { nanoCores: 0, windowMs: 10_000 },
    ],
    [
      'is what the runtime says, where it does',
      count(12_000, 0, 42),
      undefined,
      2_000,
      { nanoCores: 42, windowMs: 10_000 },
    ],
    ['which it says at once', count(12_000, 0, 42), undefined, 12_000, { nanoCores: 42, windowMs: 1_000 }],
    [
      'and of the last minute at most',
      count(3_600_000, 0, 42),
      undefined,
      0,
      { nanoCores: 42, windowMs: 60_000 },
    ],
  ])('%s', (_title, now, before, beganAt, want) => {
    expect(rateOf(now, before, beganAt)).toEqual(want);
  });
});
