import { aJob, aJobPod, anIndexPod, jobIs } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { jobCounts } from './jobCounts.ts';

const succeeded = (name: string) => aJobPod(name, { state: 'succeeded' });
const complete = (count: number) => aJob({}, { ...jobIs('Complete'), succeeded: count });

promiseCases(jobCounts, {
  broken: {
    'more successes than pods that succeeded': (story) =>
      story.put(succeeded('a'), aJob({}, { succeeded: 2 })),
    'one that is counted while it is still written down as uncounted': (story) =>
      story.put(
        succeeded('a'),
        aJob({}, { succeeded: 1, uncountedTerminatedPods: { succeeded: ['uid-a'] } }),
      ),
    'an end with fewer successes than there were': (story) =>
      story.put(aJob(), succeeded('a'), succeeded('b'), complete(1)),
    'one that had succeeded, and is counted as failed': (story) =>
      story.put(
        succeeded('a'),
        aJob({}, { uncountedTerminatedPods: { failed: ['uid-a'] } }),
        aJob({}, { ...jobIs('Failed'), failed: 1 }),
      ),
    'an index that has not succeeded': (story) =>
      story.put(
        anIndexPod('a', 0, { state: 'succeeded' }),
        anIndexPod('b', 1),
        aJob({}, { succeeded: 1, completedIndexes: '1' }),
      ),
  },
  kept: {
    'each pod counted once': (story) => story.put(succeeded('a'), succeeded('b'), complete(2)),
    'a success that is still to be counted': (story) =>
      story.put(succeeded('a'), aJob({}, { uncountedTerminatedPods: { succeeded: ['uid-a'] } })),
    'an index that succeeded twice and counts once': (story) =>
      story.put(
        anIndexPod('a', 0, { state: 'succeeded' }),
        anIndexPod('b', 0, { state: 'succeeded' }),
        aJob({}, { ...jobIs('Complete'), succeeded: 1, completedIndexes: '0' }),
      ),
    'a pod that was put away before it ended': (story) =>
      story.put(succeeded('a'), aJobPod('b', { state: 'succeeded', finalizers: [] }), complete(1)),
    'a pod that the Job ended, and counted as failed, before it said that it had succeeded': (story) =>
      story.put(
        aJobPod('a'),
        aJob({}, { uncountedTerminatedPods: { failed: ['uid-a'] } }),
        succeeded('a'),
        aJob({}, { ...jobIs('Failed'), failed: 1 }),
      ),
    'a pod that a user had his hands on, counted or not': (story) =>
      story.touch(aJobPod('b')).put(succeeded('a'), succeeded('b'), complete(1)),
    'and one whose labels he took after it had succeeded, before it was counted': (story) =>
      story.put(succeeded('a'), succeeded('b')).touch(succeeded('b')).put(complete(1)),
  },
});
