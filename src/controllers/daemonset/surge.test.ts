import { expect, test } from 'vitest';
import { aNode, NOW } from '../testing/builders.ts';
import { aDaemon, aDaemonSet, inWords, observed, type Scene } from '../testing/daemonSets.ts';
import { planDaemonSet } from './plan.ts';

const surging = aDaemonSet({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
});
const unhurried = { ...surging, spec: { ...surging.spec, minReadySeconds: 30 } };
const old = { revision: 'old' };
const unsuitable = aNode('gone', { taints: [{ key: 'dedicated', effect: 'NoSchedule' }] });
const work = (scene: Scene) =>
  planDaemonSet(observed({ daemonSet: surging, ...scene }), NOW)
    .stages.flat()
    .map(inWords)
    .filter((words) => words !== 'updateStatus');

const cases: Record<string, Scene & { want: string[] }> = {
  'the next one comes beside one that is on its way out': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { deleting: true })],
    want: ['create on n1'],
  },
  'and beside one that has failed and goes': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { state: 'failed' })],
    want: ['delete a (failed)', 'create on n1'],
  },
  'but not while a failed one waits out its back-off': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { state: 'failed' })],
    failedOn: new Map([['n1', { retryAt: NOW + 1 }]]),
    want: [],
  },
  'nor where a daemon may only stay': {
    nodes: [unsuitable],
    pods: [aDaemon('a', 'gone', { deleting: true })],
    want: [],
  },
  'an available old one on a node that takes no new one stays until others are available': {
    nodes: [aNode('n1'), unsuitable],
    pods: [aDaemon('a', 'gone', old), aDaemon('b', 'n1', { state: 'pending' })],
    want: [],
  },
  'and then goes': {
    nodes: [aNode('n1'), unsuitable],
    pods: [aDaemon('a', 'gone', old), aDaemon('b', 'n1')],
    want: ['delete a (outdated)'],
  },
  'of several only so many go as are not needed': {
    nodes: [aNode('n1'), unsuitable, { ...unsuitable, metadata: { name: 'lost' } }],
    pods: [aDaemon('a', 'gone', old), aDaemon('b', 'lost', old), aDaemon('c', 'n1', { state: 'unready' })],
    want: ['delete a (outdated)'],
  },
  'one that is not available there goes at once': {
    nodes: [aNode('n1'), unsuitable],
    pods: [aDaemon('a', 'gone', { state: 'unready', ...old }), aDaemon('b', 'n1', { state: 'pending' })],
    want: ['delete a (outdated)'],
  },
  'beside a new one that is not available it stays, wherever they are': {
    nodes: [unsuitable],
    pods: [aDaemon('a', 'gone', old), aDaemon('a2', 'gone', { state: 'unready' })],
    want: [],
  },
  'of two outdated ones the oldest stays': {
    nodes: [aNode('n1')],
    pods: [
      aDaemon('a', 'n1', { ageSeconds: 90, ...old }),
      aDaemon('b', 'n1', { ageSeconds: 30, revision: 'older' }),
    ],
    want: ['delete b (surplus)'],
  },
  'but the one that is ready, when the hour was set back since it was made (case 5)': {
    nodes: [aNode('n1')],
    pods: [
      aDaemon('a', 'n1', { ageSeconds: 30, ...old }),
      aDaemon('b', 'n1', { ageSeconds: 90, state: 'pending', revision: 'older' }),
    ],
    want: ['delete b (surplus)'],
  },
  'also beside a new one': {
    nodes: [aNode('n1')],
    pods: [
      aDaemon('a', 'n1', { ageSeconds: 30, ...old }),
      aDaemon('b', 'n1', { ageSeconds: 90, state: 'pending', revision: 'older' }),
      aDaemon('c', 'n1', { ageSeconds: 60, state: 'pending' }),
    ],
    want: ['delete b (surplus)'],
  },
  'one that is ready since an hour that was set back stays on a node that takes no new one (case 31)': {
    daemonSet: unhurried,
    nodes: [aNode('n1'), unsuitable],
    pods: [aDaemon('a', 'gone', { forSeconds: -100, ...old }), aDaemon('b', 'n1', { state: 'pending' })],
    want: [],
  },
  'until others are available': {
    daemonSet: unhurried,
    nodes: [aNode('n1'), unsuitable],
    pods: [aDaemon('a', 'gone', { forSeconds: -100, ...old }), aDaemon('b', 'n1')],
    want: ['delete a (outdated)'],
  },
  'one that has just become ready there goes at once': {
    daemonSet: unhurried,
    nodes: [aNode('n1'), unsuitable],
    pods: [aDaemon('a', 'gone', { forSeconds: 5, ...old }), aDaemon('b', 'n1', { state: 'pending' })],
    want: ['delete a (outdated)'],
  },
};
for (const [name, { want, ...scene }] of Object.entries(cases)) {
  test(name, () => expect(work(scene)).toEqual(want));
}
