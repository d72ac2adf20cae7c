import { aDaemon, aDaemonSet } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import { oneDaemonPerNode } from './oneDaemonPerNode.ts';

const first = aDaemon('first', 'n1');
const wanted = (node: string) => ({
  affinity: {
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: [node] }] }],
      },
    },
  },
});

promiseCases(oneDaemonPerNode, {
  broken: {
    'a second pod of the same revision on a node': (story) =>
      story.put(aDaemonSet(), first, aDaemon('second', 'n1')),
    'a second one that is not bound yet': (story) =>
      story.put(aDaemonSet(), first, aDaemon('second', '', { state: 'pending', spec: wanted('n1') })),
  },
  kept: {
    'one pod on each node': (story) => story.put(aDaemonSet(), first, aDaemon('second', 'n2')),
    'a pod of another revision beside it': (story) =>
      story.put(aDaemonSet(), first, aDaemon('second', 'n1', {}, 'v2')),
    'a replacement of one that has failed': (story) =>
      story.put(aDaemonSet(), aDaemon('first', 'n1', { state: 'failed' }), aDaemon('second', 'n1')),
    'a replacement of one that is on its way out': (story) =>
      story.put(aDaemonSet(), aDaemon('first', 'n1', { deleting: true }), aDaemon('second', 'n1')),
  },
});
