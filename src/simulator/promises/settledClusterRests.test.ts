import { aDaemonSet, aJob, aNode } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { settledClusterRests } from './settledClusterRests.ts';

const often = <T>(object: T, times: number): T[] => Array<T>(times).fill(object);

promiseCases(settledClusterRests, {
  broken: {
    'a status that is written again and again': (story) => story.settle().put(...often(aDaemonSet(), 4)),
    'news that are told again and again': (story) =>
      story.settle().put(...often({ kind: 'Event', metadata: { name: 'still-here' } }, 4)),
  },
  kept: {
    'writes before everything has come to rest': (story) => story.put(...often(aDaemonSet(), 9)).settle(),
    'signs of life': (story) => story.settle().put(...often(aNode('n1'), 9)),
    'a few last words': (story) => story.settle().put(...often(aDaemonSet(), 3)),
    'deletions that were due': (story) => story.put(aJob()).settle().remove(aJob()),
  },
});
