import { aJob, anIndexPod } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { indexRunsOnce } from './indexRunsOnce.ts';

promiseCases(indexRunsOnce, {
  broken: {
    'a second pod of an index that runs': (story) =>
      story.put(aJob(), anIndexPod('a', 0), anIndexPod('b', 0)),
    'a second pod of an index that has just succeeded': (story) =>
      story.put(aJob(), anIndexPod('a', 0, { state: 'succeeded' }), anIndexPod('b', 0)),
    'a pod of an index that is completed': (story) =>
      story.put(aJob({}, { completedIndexes: '1,3-5' }), anIndexPod('a', 4)),
    'a pod of an index that has failed for good': (story) =>
      story.put(aJob({}, { failedIndexes: '2' }), anIndexPod('a', 2)),
  },
  kept: {
    'a pod for each index': (story) => story.put(aJob(), anIndexPod('a', 0), anIndexPod('b', 1)),
    'another try after a failure': (story) =>
      story.put(aJob(), anIndexPod('a', 0, { state: 'failed' }), anIndexPod('b', 0)),
    'a replacement of one that is on its way out': (story) =>
      story.put(aJob(), anIndexPod('a', 0, { deleting: true }), anIndexPod('b', 0)),
    'one beside a pod that a user had his hands on': (story) =>
      story.touch(anIndexPod('a', 0)).put(aJob(), anIndexPod('a', 0), anIndexPod('b', 0)),
  },
});
