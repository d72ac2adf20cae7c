import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { DaemonSetSpec } from '../../generated/types.ts';
import { ago, aNode, aTemplate, NOW } from '../testing/builders.ts';
import {
  aDaemon,
  aDaemonSet,
  aRevision,
  inWords,
  observed,
  REVISIONS,
  type Scene,
} from '../testing/daemonSets.ts';
import { planDaemonSet } from './plan.ts';

const planOf = (scene: Scene) => planDaemonSet(observed(scene), NOW);
const work = (scene: Scene) =>
  planOf(scene)
    .stages.flat()
    .map(inWords)
    .filter((words) => words !== 'updateStatus');
const statusOf = (scene: Scene) => {
  const write = planOf(scene)
    .stages.flat()
    .find((action) => action.kind === 'updateStatus');
  return write?.kind === 'updateStatus' ? write.status : undefined;
};

const three = [aNode('n1'), aNode('n2'), aNode('n3')];
const old = { revision: 'old' };
const tainted = (effect: string, key = 'dedicated') => ({ taints: [{ key, effect }] });
const updating = (rollingUpdate: object, rest: Partial<DaemonSetSpec> = {}) =>
  aDaemonSet({ updateStrategy: { type: 'RollingUpdate', rollingUpdate }, ...rest });
const surging = (maxSurge: number | string, rest: Partial<DaemonSetSpec> = {}) =>
  updating({ maxSurge, maxUnavailable: 0 }, rest);

const cases: Record<string, Scene & { want: string[] }> = {
  'each node gets one': { nodes: three, want: ['create on n1', 'create on n2', 'create on n3'] },
  'a node that has one is left alone': { nodes: [aNode('n1')], pods: [aDaemon('a', 'n1')], want: [] },
  'one that is not bound yet counts for the node that it is for': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { unbound: true, state: 'pending' })],
    want: [],
  },
  'of two on a node the oldest stays (case 32)': {
    nodes: [aNode('n1')],
    pods: [aDaemon('young', 'n1', { ageSeconds: 5 }), aDaemon('first', 'n1')],
    want: ['delete young (surplus)'],
  },
  'one on its way out still holds its node': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { deleting: true })],
    want: [],
  },
  'one that has ended and is held by a finalizer does not (case 29)': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { deleting: true, state: 'failed', finalizers: ['example.com/slow'] })],
    want: ['create on n1'],
  },
  'one that has ended holds it until its node agent has removed it: nobody sees two': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { deleting: true, state: 'succeeded' })],
    want: [],
  },
  'deletions come first, or a quota that they would free keeps both from happening': {
    nodes: [aNode('n1'), aNode('n2', tainted('NoExecute'))],
    pods: [aDaemon('a', 'n2')],
    want: ['delete a (unwanted)', 'create on n1'],
  },
  'a node that the selector does not want loses it': {
    daemonSet: aDaemonSet({ template: aTemplate('ds', 'nginx:2', { nodeSelector: { disk: 'ssd' } }) }),
    nodes: [aNode('n1'), aNode('n2', { labels: { disk: 'ssd' } })],
    pods: [aDaemon('a', 'n1', { revision: 'ssd' })],
    revisions: [
      aRevision('ssd', 'nginx:2', 3, aTemplate('ds', 'nginx:2', { nodeSelector: { disk: 'ssd' } })),
    ],
    want: ['delete a (unwanted)', 'create on n2'],
  },
  'a node with a taint gets none': { nodes: [aNode('n1', tainted('NoSchedule'))], want: [] },
  'one that is there stays through a NoSchedule taint': {
    nodes: [aNode('n1', tainted('NoSchedule'))],
    pods: [aDaemon('a', 'n1')],
    want: [],
  },
  'and leaves for a NoExecute taint': {
    nodes: [aNode('n1', tainted('NoExecute'))],
    pods: [aDaemon('a', 'n1')],
    want: ['delete a (unwanted)'],
  },
  'a node in trouble keeps its daemon, and gets one (cases 33 and 34)': {
    nodes: [
      aNode('n1', tainted('NoExecute', 'node.kubernetes.io/unreachable')),
      aNode('n2', tainted('NoSchedule', 'node.kubernetes.io/disk-pressure')),
    ],
    pods: [aDaemon('a', 'n1')],
    want: ['create on n2'],
  },
  'a node whose taint is gone gets one (case 33)': { nodes: [aNode('n1', {})], want: ['create on n1'] },
  'a node that gets its label later gets one then (case 40)': {
    daemonSet: aDaemonSet({ template: aTemplate('ds', 'nginx:2', { nodeSelector: { disk: 'ssd' } }) }),
    nodes: [aNode('n1', { labels: { disk: 'ssd' } })],
    revisions: [
      aRevision('ssd', 'nginx:2', 3, aTemplate('ds', 'nginx:2', { nodeSelector: { disk: 'ssd' } })),
    ],
    want: ['create on n1'],
  },
  'a failed one is replaced': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { state: 'failed' })],
    want: ['delete a (failed)'],
  },
  'but not before its back-off has passed (case 34)': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { state: 'failed' })],
    failedOn: new Map([['n1', { retryAt: NOW + 1 }]]),
    want: [],
  },
  'one that ended well is replaced': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { state: 'succeeded' })],
    want: ['delete a (succeeded)'],
  },
  'one that waits for a node which is gone is deleted (case 36)': {
    nodes: [],
    pods: [aDaemon('a', 'n1', { unbound: true, state: 'pending' })],
    want: ['delete a (nodeGone)'],
  },
  'a bound one of a node which is gone is the garbage collector’s': {
    nodes: [],
    pods: [aDaemon('a', 'n1')],
    want: [],
  },
  'an update replaces one at a time': {
    nodes: three,
    pods: ['n1', 'n2', 'n3'].map((node) => aDaemon(`on-${node}`, node, old)),
    want: ['delete on-n1 (outdated)'],
  },
  'and waits while one is missing': {
    nodes: three,
    pods: [aDaemon('a', 'n1', { deleting: true, ...old }), aDaemon('b', 'n2', old), aDaemon('c', 'n3', old)],
    want: [],
  },
  'and while a new one is not ready': {
    nodes: three,
    pods: [aDaemon('a', 'n1', { state: 'unready' }), aDaemon('b', 'n2', old), aDaemon('c', 'n3', old)],
    want: [],
  },
  'and while it is not ready for long enough': {
    daemonSet: aDaemonSet({ minReadySeconds: 30 }),
    nodes: three,
    pods: [aDaemon('a', 'n1', { forSeconds: 29 }), aDaemon('b', 'n2', old), aDaemon('c', 'n3', old)],
    want: [],
  },
  'two at a time with maxUnavailable 2': {
    daemonSet: updating({ maxUnavailable: 2 }),
    nodes: three,
    pods: ['n1', 'n2', 'n3'].map((node) => aDaemon(`on-${node}`, node, old)),
    want: ['delete on-n1 (outdated)', 'delete on-n2 (outdated)'],
  },
  'an old one that is not available is replaced at once (case 28)': {
    nodes: three,
    pods: [
      aDaemon('a', 'n1', { state: 'unready', ...old }),
      aDaemon('b', 'n2', { state: 'unready', ...old }),
      aDaemon('c', 'n3', old),
    ],
    want: ['delete a (outdated)', 'delete b (outdated)'],
  },
  'one that has just become ready is replaced at once, too': {
    daemonSet: aDaemonSet({ minReadySeconds: 30 }),
    nodes: three,
    pods: ['n1', 'n2', 'n3'].map((node) => aDaemon(`on-${node}`, node, { forSeconds: 5, ...old })),
    want: ['delete on-n1 (outdated)', 'delete on-n2 (outdated)', 'delete on-n3 (outdated)'],
  },
  'but not those that have been ready since an hour that was set back (case 31)': {
    daemonSet: aDaemonSet({ minReadySeconds: 30 }),
    nodes: three,
    pods: ['n1', 'n2', 'n3'].map((node) => aDaemon(`on-${node}`, node, { forSeconds: -100, ...old })),
    want: ['delete on-n1 (outdated)'],
  },
  'new ones that break do not let the update go on (case 28)': {
    nodes: three,
    pods: [aDaemon('a', 'n1', { state: 'failed' }), aDaemon('b', 'n2', old), aDaemon('c', 'n3', old)],
    want: ['delete a (failed)'],
  },
  'OnDelete updates nothing by itself': {
    daemonSet: aDaemonSet({ updateStrategy: { type: 'OnDelete' } }),
    nodes: [aNode('n1'), aNode('n2')],
    pods: [aDaemon('a', 'n1', old)],
    want: ['create on n2'],
  },
  'with surge a new one comes beside the old one': {
    daemonSet: surging(1),
    nodes: [aNode('n1'), aNode('n2')],
    pods: [aDaemon('a', 'n1', old), aDaemon('b', 'n2', old)],
    want: ['create on n1'],
  },
  'the old one stays until the new one is available': {
    daemonSet: surging(1, { minReadySeconds: 10 }),
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', old), aDaemon('a2', 'n1', { forSeconds: 9 })],
    want: [],
  },
  'and then goes': {
    daemonSet: surging(1, { minReadySeconds: 10 }),
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', old), aDaemon('a2', 'n1', { forSeconds: 10 })],
    want: ['delete a (surplus)'],
  },
  'or when it is not ready any more': {
    daemonSet: surging(1),
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { state: 'unready', ...old }), aDaemon('a2', 'n1', { state: 'pending' })],
    want: ['delete a (surplus)'],
  },
  'an old one on a node that takes no new one just goes (case 34)': {
    daemonSet: surging(1),
    nodes: [aNode('n1', tainted('NoSchedule'))],
    pods: [aDaemon('a', 'n1', old)],
    want: ['delete a (outdated)'],
  },
  'a template that is new is written into the history first': {
    nodes: [],
    revisions: [REVISIONS[0]!],
    want: ['create revision 2'],
  },
  'a template that is back becomes the newest revision, and its pods stay (step 8)': {
    daemonSet: aDaemonSet({ template: aTemplate('ds', 'nginx:1') }),
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', old)],
    want: ['renumber ds-old to 3'],
  },
  'three updates in a row end with the last (case 30)': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { revision: 'bad', state: 'unready' })],
    revisions: [aRevision('bad', 'nginx:bad', 3), aRevision('worse', 'nginx:worse', 4), ...REVISIONS],
    want: ['renumber ds-new to 5', 'delete a (outdated)'],
  },
  'one that has the number of another becomes the newest too': {
    nodes: [aNode('n1')],
    revisions: [aRevision('twin', 'nginx:bad', 2), ...REVISIONS],
    pods: [],
    want: ['renumber ds-new to 3', 'create on n1'],
  },
  'a revision without its label gets its name for one, and so do pods': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1')],
    revisions: [
      REVISIONS[0]!,
      { ...REVISIONS[1]!, metadata: { ...REVISIONS[1]!.metadata, labels: { app: 'ds' } } },
    ],
    want: ['label ds-new as ds-new', 'delete a (outdated)'],
  },
  'of two revisions with one template the newest stays (case 39)': {
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', { revision: 'twin' })],
    revisions: [...REVISIONS, aRevision('twin', 'nginx:2', 1)],
    want: ['relabel a as new', 'deleteRevision ds-twin', 'delete a (outdated)'],
  },
  'revisions beyond the limit go, oldest first, unless a pod is of them': {
    daemonSet: aDaemonSet({ revisionHistoryLimit: 1 }),
    nodes: [aNode('n1')],
    pods: [aDaemon('a', 'n1', old)],
    revisions: [...REVISIONS, aRevision('x', 'nginx:x', 0), aRevision('y', 'nginx:y', 0.5)],
    want: ['delete a (outdated)', 'deleteRevision ds-x', 'deleteRevision ds-y'],
  },
  'one that is being deleted does nothing more': {
    daemonSet: { ...aDaemonSet(), metadata: { ...aDaemonSet().metadata, deletionTimestamp: ago(1) } },
    nodes: three,
    want: [],
  },
};
for (const [name, { want, ...scene }] of Object.entries(cases)) {
  test(name, () => expect(work(scene)).toEqual(want));
}

test('the status counts nodes by their oldest daemon', () => {
  const nodes = [...three, aNode('n4', tainted('NoSchedule'))];
  const pods = [aDaemon('a', 'n1', { forSeconds: 3 }), aDaemon('b', 'n2', old), aDaemon('d', 'n4')];
  expect(statusOf({ daemonSet: aDaemonSet({ minReadySeconds: 5 }), nodes, pods })).toEqual({
    desiredNumberScheduled: 3,
    currentNumberScheduled: 2,
    numberReady: 2,
    numberAvailable: 1,
    numberUnavailable: 2,
    updatedNumberScheduled: 1,
    numberMisscheduled: 1,
    observedGeneration: 1,
  });
});

test('it looks again when a daemon becomes available, be it the younger of two (case 31)', () => {
  const nodes = [aNode('n1')];
  const daemonSet = surging(1, { minReadySeconds: 10 });
  const pods = [aDaemon('a', 'n1', old), aDaemon('a2', 'n1', { forSeconds: 4 })];
  expect(planOf({ daemonSet, nodes, pods }).lookAgainAt).toBe(NOW + 6_000);
  const ahead = [aDaemon('a', 'n1', { forSeconds: -20 })];
  expect(planOf({ daemonSet, nodes, pods: ahead }).lookAgainAt).toBe(NOW + 30_000);
});

const anyDaemon = fc.record({
  node: fc.constantFrom('n1', 'n2', 'n3', 'n4', 'n5'),
  state: fc.constantFrom('pending', 'ready', 'ready', 'ready', 'unready', 'failed'),
  revision: fc.constantFrom('old', 'new'),
  deleting: fc.boolean(),
});

test('an update never takes more available daemons than maxUnavailable leaves', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'].map((name) => aNode(name));
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 5 }),
      fc.array(anyDaemon, { maxLength: 7 }),
      (maxUnavailable, fields) => {
        const pods = fields.map(({ node, ...rest }, i) =>
          aDaemon(`p${i}`, node, { ...rest, state: rest.state as 'ready' }),
        );
        const isAvailable = (pod: (typeof pods)[number]) =>
          pod.status?.conditions?.[0]?.status === 'True' && !pod.metadata.deletionTimestamp;
        const taken = planOf({ daemonSet: updating({ maxUnavailable }), nodes, pods })
          .stages.flat()
          .flatMap((action) =>
            action.kind === 'deletePod' && action.because === 'outdated' ? [action.pod] : [],
          );
        const before = nodes.filter(({ metadata: { name } }) =>
          pods.some((pod) => pod.spec.nodeName === name && isAvailable(pod)),
        ).length;
        const takenAvailable = taken.filter(isAvailable).length;
        if (takenAvailable > 0) expect(5 - before + takenAvailable).toBeLessThanOrEqual(maxUnavailable);
      },
    ),
    { numRuns: 500 },
  );
});

test('never a daemon for a node that has one, and never two for one node', () => {
  const nodes = ['n1', 'n2', 'n3', 'n4', 'n5'].map((name) => aNode(name));
  fc.assert(
    fc.property(fc.boolean(), fc.array(anyDaemon, { maxLength: 7 }), (isSurging, fields) => {
      const pods = fields.map(({ node, ...rest }, i) =>
        aDaemon(`p${i}`, node, { ...rest, state: rest.state as 'ready' }),
      );
      const daemonSet = isSurging ? surging('100%') : aDaemonSet();
      const made = planOf({ daemonSet, nodes, pods })
        .stages.flat()
        .flatMap((action) => (action.kind === 'createPod' ? [action.node] : []));
      expect(new Set(made).size).toBe(made.length);
      const most = isSurging ? 1 : 0;
      // With surge a failed one is replaced while it goes.
      const isThere = ({ metadata, status }: (typeof pods)[number]) =>
        !metadata.deletionTimestamp && !(isSurging && status?.phase === 'Failed');
      for (const node of made)
        expect(pods.filter((pod) => pod.spec.nodeName === node && isThere(pod)).length).toBeLessThanOrEqual(
          most,
        );
    }),
    { numRuns: 500 },
  );
});
