import { aJob, aJobPod, jobIs } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { finishedJobStartsNothing } from './finishedJobStartsNothing.ts';

promiseCases(finishedJobStartsNothing, {
  broken: {
    'a pod after the job is complete': (story) => story.put(aJob({}, jobIs('Complete')), aJobPod('a')),
    'a pod after the job has failed': (story) => story.put(aJob({}, jobIs('Failed')), aJobPod('a')),
    'a pod after it is decided how the job ends': (story) =>
      story.put(aJob({}, jobIs('SuccessCriteriaMet')), aJobPod('a')),
    'a pod of a job that has been suspended for long': (story) =>
      story
        .put(aJob(), aJob({ suspend: true }))
        .wait(300)
        .put(aJobPod('a')),
  },
  kept: {
    'a pod of a job that goes on': (story) => story.put(aJob(), aJobPod('a')),
    'a pod of a job that has just been suspended': (story) =>
      story.put(aJob(), aJob({ suspend: true }), aJobPod('a')),
    'a pod of a job that has just been deleted': (story) =>
      story.put(aJob()).remove(aJob()).put(aJobPod('a')),
    'a pod that was there before': (story) =>
      story.put(aJob(), aJobPod('a'), aJob({}, jobIs('Complete')), aJobPod('a', { state: 'succeeded' })),
  },
});
