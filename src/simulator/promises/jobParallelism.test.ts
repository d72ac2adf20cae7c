import { aJob, aJobPod } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { jobParallelism } from './jobParallelism.ts';

promiseCases(jobParallelism, {
  broken: {
    'two pods of a job that runs one at a time': (story) => story.put(aJob(), aJobPod('a'), aJobPod('b')),
    'three pods where two may run': (story) =>
      story.put(aJob({ parallelism: 2 }), aJobPod('a'), aJobPod('b'), aJobPod('c')),
    'two, long after the parallelism was lowered to one': (story) =>
      story
        .put(aJob({ parallelism: 2 }), aJob({ parallelism: 1 }))
        .wait(300)
        .put(aJobPod('a'), aJobPod('b')),
  },
  kept: {
    'as many as may run': (story) => story.put(aJob({ parallelism: 2 }), aJobPod('a'), aJobPod('b')),
    'two, just after the parallelism was lowered to one': (story) =>
      story.put(aJob({ parallelism: 2 }), aJob({ parallelism: 1 }), aJobPod('a'), aJobPod('b')),
    'another after one has ended, or is on its way out': (story) =>
      story.put(aJob(), aJobPod('a', { state: 'failed' }), aJobPod('b', { deleting: true }), aJobPod('c')),
  },
});
