import { aTemplate } from '../../controllers/testing/builders.ts';
import { aCronJob, aDaemon, aDaemonSet, aJob, aJobPod, aNode, aRun, jobIs } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { converges } from './converges.ts';

const said = (count: number, updated = count) => ({
  ...aDaemonSet(),
  status: {
    observedGeneration: 1,
    currentNumberScheduled: count,
    desiredNumberScheduled: count,
    numberMisscheduled: 0,
    numberReady: count,
    numberAvailable: count,
    updatedNumberScheduled: updated,
  },
});
const nodes = [aNode('n1'), aNode('n2')];
const daemons = [aDaemon('a', 'n1'), aDaemon('b', 'n2')];

promiseCases(converges, {
  broken: {
    'a node that stays unready': (story) => story.put(aNode('n1', { ready: 'False' })).end(),
    'a node without its daemon': (story) => story.put(said(2), ...nodes, daemons[0]!).end(),
    'a daemon too many': (story) => story.put(said(2), ...nodes, ...daemons, aDaemon('c', 'n2')).end(),
    'a daemon of an old revision': (story) => story.put(said(2, 1), ...nodes, ...daemons).end(),
    'a status that is behind': (story) => story.put(said(1), ...nodes, ...daemons).end(),
    'a job that never ends': (story) => story.put(aJob(), aJobPod('a')).end(),
    'a pod of a suspended job': (story) => story.put(aJob({ suspend: true }), aJobPod('a')).end(),
    'more finished jobs than the history limit': (story) =>
      story.put(aCronJob({ successfulJobsHistoryLimit: 0 }), aRun(1, jobIs('Complete'))).end(),
  },
  kept: {
    'a daemon on each node': (story) => story.put(said(2), ...nodes, ...daemons).end(),
    'a finished job': (story) => story.put(aJob({}, jobIs('Failed'))).end(),
    'a suspended job without pods': (story) => story.put(aJob({ suspend: true })).end(),
    'an image that cannot be pulled': (story) =>
      story.put(aNode('n1'), aDaemonSet({ template: aTemplate('ds', 'unpullable') })).end(),
  },
});
