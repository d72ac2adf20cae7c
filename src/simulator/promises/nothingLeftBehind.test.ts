import { aDaemon, aDaemonSet, aJob, aJobPod, aNode, anIndexPod, jobIs } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { nothingLeftBehind } from './nothingLeftBehind.ts';

const perIndex = { completionMode: 'Indexed', completions: 3, backoffLimitPerIndex: 1 };
const suspended = aJob({ ...perIndex, suspend: true });
/** The last failed pod of index 0, deleted by a user. */
const record = anIndexPod('a', 0, { state: 'failed', deleting: true });

promiseCases(nothingLeftBehind, {
  broken: {
    'a pod that is on its way out for ever': (story) =>
      story.put(aNode('n1'), aDaemonSet(), aDaemon('a', 'n1', { deleting: true })).end(),
    'a pod whose owner is gone': (story) => story.put(aNode('n1'), aDaemon('a', 'n1')).end(),
    'a pod whose node is gone': (story) => story.put(aDaemonSet(), aDaemon('a', 'n1')).end(),
    'a finalizer of a finished job': (story) =>
      story.put(aJob({}, jobIs('Complete')), aJobPod('a', { state: 'succeeded' })).end(),
    'the last failed pod of an index, when the job goes on': (story) =>
      story.put(aNode('n1'), aJob(perIndex), record).end(),
    'and when failures are not counted for each index': (story) =>
      story
        .put(aNode('n1'), aJob({ ...perIndex, backoffLimitPerIndex: undefined, suspend: true }), record)
        .end(),
    'and when its index has failed for good': (story) =>
      story.put(aJob({ ...perIndex, suspend: true }, { failedIndexes: '0' }), record).end(),
    'and when the job is over': (story) =>
      story.put(aJob({ ...perIndex, suspend: true }, jobIs('Failed')), record).end(),
    'and when another has its index': (story) =>
      story.put(suspended, record, anIndexPod('b', 0, { state: 'failed' })).end(),
    'one of a suspended job that has not failed': (story) =>
      story.put(suspended, anIndexPod('a', 0, { state: 'succeeded', deleting: true })).end(),
    'and one that somebody else holds': (story) =>
      story
        .put(
          suspended,
          anIndexPod('a', 0, {
            state: 'failed',
            deleting: true,
            finalizers: ['batch.kubernetes.io/job-tracking', 'example.com/held'],
          }),
        )
        .end(),
  },
  kept: {
    'the last failed pod of an index of a suspended job, the record of its failures': (story) =>
      story.put(suspended, record).end(),
    'and of one of parallelism 0, on a node that is gone': (story) =>
      story
        .put(
          aJob({ ...perIndex, parallelism: 0 }),
          anIndexPod('a', 0, { state: 'failed', deleting: true, node: 'gone' }),
        )
        .end(),
    'a pod of its owner on its node': (story) =>
      story.put(aNode('n1'), aDaemonSet(), aDaemon('a', 'n1')).end(),
    'a finalizer of a job that goes on': (story) => story.put(aJob(), aJobPod('a')).end(),
    'a counted pod of a finished job': (story) =>
      story.put(aJob({}, jobIs('Complete')), aJobPod('a', { state: 'succeeded', finalizers: [] })).end(),
  },
});
