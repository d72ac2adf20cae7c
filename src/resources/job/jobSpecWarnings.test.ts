import { expect, test } from 'vitest';
import { jobs } from './job.ts';
import { job } from './testing.ts';

test('whoever makes a Job that is too large to track is warned of its spec', () => {
  const large = job({ completionMode: 'Indexed', completions: 100_001, parallelism: 10_001 });
  expect(jobs.warnings?.(large, undefined)).toEqual([
    'spec: In Indexed Jobs with a number of completions higher than 10^5 and a parallelism higher than 10^4, Kubernetes might not be able to track completedIndexes when a big number of indexes fail',
  ]);
});
