import { aTemplate } from '../../controllers/testing/builders.ts';
import { aDaemon, aDaemonSet, aNode } from '../testing/objects.ts';
import { promiseCases } from '../testing/promiseCases.ts';
import type { Story } from '../testing/story.ts';
import { updateBudget } from './updateBudget.ts';

const rolling = (rollingUpdate: object) =>
  aDaemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate } });
const onDisk = (disk: string | undefined) =>
  aDaemonSet({ template: aTemplate('ds', 'nginx:1', disk ? { nodeSelector: { disk } } : {}) });
const going = (name: string, node: string) => aDaemon(name, node, { deleting: true });

/** Three nodes with a ready daemon each: a on n1, b on n2, c on n3. */
const threeDaemons = (story: Story, daemonSet = rolling({ maxUnavailable: 1 })) =>
  story
    .put(daemonSet, aNode('n1'), aNode('n2'), aNode('n3'))
    .put(aDaemon('a', 'n1'), aDaemon('b', 'n2'), aDaemon('c', 'n3'));

promiseCases(updateBudget, {
  broken: {
    'a second that by the hour, which was set back, will only be ready': (story) =>
      threeDaemons(story, aDaemonSet({ minReadySeconds: 15 }))
        .put(aDaemon('b', 'n2', { forSeconds: -60 }))
        .wait(15)
        .put(going('a', 'n1'), going('b', 'n2')),
    'two taken at once, when one may be': (story) =>
      threeDaemons(story).put(going('a', 'n1'), going('b', 'n2')),
    'a second taken while the replacement of the first is not ready': (story) =>
      threeDaemons(story)
        .put(going('a', 'n1'))
        .remove(going('a', 'n1'))
        .put(aDaemon('a2', 'n1', { state: 'unready' }), going('b', 'n2')),
    'one taken, when the update has to surge': (story) =>
      threeDaemons(story, rolling({ maxSurge: 1, maxUnavailable: 0 })).put(going('a', 'n1')),
    'one taken, when users are to delete them': (story) =>
      threeDaemons(story, aDaemonSet({ updateStrategy: { type: 'OnDelete' } })).put(going('a', 'n1')),
    'two taken at once that have been ready for minReadySeconds': (story) =>
      threeDaemons(story, aDaemonSet({ minReadySeconds: 15 }))
        .wait(15)
        .put(going('a', 'n1'), going('b', 'n2')),
  },
  kept: {
    'one after the other': (story) =>
      threeDaemons(story)
        .put(going('a', 'n1'))
        .remove(going('a', 'n1'))
        .put(aDaemon('a2', 'n1'), going('b', 'n2')),
    'two at once, when half may be missing': (story) =>
      threeDaemons(story, rolling({ maxUnavailable: '50%' })).put(going('a', 'n1'), going('b', 'n2')),
    'a second that a user deleted': (story) =>
      threeDaemons(story).touch(aDaemon('a', 'n1')).put(going('a', 'n1'), going('b', 'n2')),
    'two that were not ready anyway': (story) =>
      threeDaemons(story)
        .put(aDaemon('a', 'n1', { state: 'unready' }), aDaemon('b', 'n2', { state: 'unready' }))
        .put(going('a', 'n1'), going('b', 'n2')),
    'a second that has not been ready for minReadySeconds': (story) =>
      threeDaemons(story, aDaemonSet({ minReadySeconds: 15 }))
        .wait(10)
        .put(going('a', 'n1'), going('b', 'n2')),
    'a second that by the hour, which was set back, has not been ready for minReadySeconds': (story) =>
      threeDaemons(story, aDaemonSet({ minReadySeconds: 15 }))
        .put(aDaemon('b', 'n2', { forSeconds: -10 }))
        .wait(15)
        .put(going('a', 'n1'), going('b', 'n2')),
    'the old one, when the new one beside it is ready': (story) =>
      threeDaemons(story, rolling({ maxSurge: 1, maxUnavailable: 0 })).put(
        aDaemon('a2', 'n1', {}, 'v2'),
        going('a', 'n1'),
      ),
    'one on a node where it does not belong any more': (story) =>
      threeDaemons(story)
        .put(aNode('n1', { taints: [{ key: 'mine', effect: 'NoExecute' }] }))
        .put(going('a', 'n1'), going('b', 'n2')),
    'a second once the first does not belong on its node any more': (story) =>
      threeDaemons(story, onDisk(undefined))
        .put(going('a', 'n1'))
        .put(onDisk('ssd'), aNode('n2', { labels: { disk: 'ssd' } }))
        .wait(300)
        .put(going('b', 'n2')),
    'a second at the moment at which the node of the first is out of trouble': (story) =>
      threeDaemons(story)
        .put(going('a', 'n1'))
        .remove(going('a', 'n1'))
        .put(aNode('n1', { taints: [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }] }))
        .put(aNode('n1'), going('b', 'n2')),
    'a second once the node of the first is gone': (story) =>
      threeDaemons(story).put(going('a', 'n1')).remove(aNode('n1')).put(going('b', 'n2')),
  },
});
