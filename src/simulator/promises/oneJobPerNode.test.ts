import { aNodeJob } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { oneJobPerNode } from './oneJobPerNode.ts';

promiseCases(oneJobPerNode, {
  broken: {
    'a second job for a node': (story) => story.put(aNodeJob('a', 'n1'), aNodeJob('b', 'n1')),
  },
  kept: {
    'a job for each node': (story) => story.put(aNodeJob('a', 'n1'), aNodeJob('b', 'n2')),
    'a job of another template': (story) => story.put(aNodeJob('a', 'n1'), aNodeJob('b', 'n1', 'v2')),
    'one that is made anew when the last is gone': (story) =>
      story.put(aNodeJob('a', 'n1')).remove(aNodeJob('a', 'n1')).put(aNodeJob('a', 'n1')),
  },
});
