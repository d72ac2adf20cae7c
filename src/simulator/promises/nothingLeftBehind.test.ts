import { aDaemon, aDaemonSet, aJob, aJobPod, aNode, jobIs } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { nothingLeftBehind } from './nothingLeftBehind.ts';

promiseCases(nothingLeftBehind, {
  broken: {
    'a pod that is on its way out for ever': (story) =>
      story.put(aNode('n1'), aDaemonSet(), aDaemon('a', 'n1', { deleting: true })).end(),
    'a pod whose owner is gone': (story) => story.put(aNode('n1'), aDaemon('a', 'n1')).end(),
    'a pod whose node is gone': (story) => story.put(aDaemonSet(), aDaemon('a', 'n1')).end(),
    'a finalizer of a finished job': (story) =>
      story.put(aJob({}, jobIs('Complete')), aJobPod('a', { state: 'succeeded' })).end(),
  },
  kept: {
    'a pod of its owner on its node': (story) =>
      story.put(aNode('n1'), aDaemonSet(), aDaemon('a', 'n1')).end(),
    'a finalizer of a job that goes on': (story) => story.put(aJob(), aJobPod('a')).end(),
    'a counted pod of a finished job': (story) =>
      story.put(aJob({}, jobIs('Complete')), aJobPod('a', { state: 'succeeded', finalizers: [] })).end(),
  },
});
