import { aCronJob, aRun, jobIs } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { concurrencyPolicy } from './concurrencyPolicy.ts';

const forbid = aCronJob({ concurrencyPolicy: 'Forbid' });
const replace = aCronJob({ concurrencyPolicy: 'Replace' });
const deleted = { ...aRun(1), metadata: { ...aRun(1).metadata, deletionTimestamp: '2026-01-01T00:02:00Z' } };

promiseCases(concurrencyPolicy, {
  broken: {
    'a job beside an unfinished one, where that is forbidden': (story) => story.put(forbid, aRun(1), aRun(2)),
    'a job beside one that it should replace': (story) => story.put(replace, aRun(1), aRun(2)),
    'a job of a CronJob that has been suspended for long': (story) =>
      story
        .put(aCronJob({ suspend: true }))
        .wait(300)
        .put(aRun(1)),
  },
  kept: {
    'jobs side by side where that is allowed': (story) => story.put(aCronJob(), aRun(1), aRun(2)),
    'a job after one that has finished': (story) => story.put(forbid, aRun(1, jobIs('Failed')), aRun(2)),
    'a job beside one that is being deleted for it': (story) => story.put(replace, deleted, aRun(2)),
    'a job just after the policy was changed': (story) => story.put(aCronJob(), forbid, aRun(1), aRun(2)),
  },
});
