import { uidOf } from '../../apimachinery/object.ts';
import type { Lease } from '../../generated/types.ts';
import { aNode } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import type { Story } from '../testing/story.ts';
import { nodesLive } from './nodesLive.ts';

const lease = (name: string): Lease => ({
  apiVersion: 'coordination.k8s.io/v1',
  kind: 'Lease',
  metadata: { name, namespace: 'kube-node-lease' },
  spec: {},
});

/** So many renewals, ten seconds apart. */
function renewals(story: Story, count: number): Story {
  for (let renewal = 0; renewal < count; renewal++) story.put(lease('n1')).wait(10);
  return story;
}

/** For a minute. */
function withFault(story: Story, kind: 'crashNode' | 'jumpClock'): Story {
  story.world.faultBegins(kind);
  story.wait(60);
  story.world.faultEnds(kind);
  return story;
}

promiseCases(nodesLive, {
  broken: {
    'a node that falls silent': (story) => renewals(story.put(aNode('n1')), 9).wait(35),
    'one that falls silent when the clock is set': (story) =>
      withFault(renewals(story.put(aNode('n1')), 9), 'jumpClock'),
    'one that never said a word': (story) => story.put(aNode('n1')).wait(65),
  },
  kept: {
    'a node that renews its lease': (story) => renewals(story.put(aNode('n1')), 20),
    'one that crashes, and has a minute to come back': (story) =>
      withFault(renewals(story.put(aNode('n1')), 9), 'crashNode').wait(55),
    'one whose machine was taken away, but not the object': (story) => {
      renewals(story.put(aNode('n1')), 9).world.touch(uidOf(aNode('n1')));
      return story.wait(35);
    },
    'one that is gone': (story) =>
      renewals(story.put(aNode('n1')), 9)
        .remove(aNode('n1'))
        .wait(60),
  },
});
