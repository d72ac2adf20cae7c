import { aRun } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { oneJobPerTime } from './oneJobPerTime.ts';

promiseCases(oneJobPerTime, {
  broken: {
    'two jobs for one time': (story) => story.put(aRun(5), aRun(5, {}, 'other')),
    'a job for a time whose job is gone': (story) => story.put(aRun(5)).remove(aRun(5)).put(aRun(5)),
  },
  kept: {
    'a job for each time': (story) => story.put(aRun(5), aRun(6), aRun(7)),
    'a job that changes': (story) => story.put(aRun(5), aRun(5, { active: 1 })),
  },
});
