import { expect, test } from 'vitest';
import { aNode, aTemplate, NOW } from '../../controllers/testing/builders.ts';
import { aDaemon, aDaemonSet, observed, type Scene } from '../../controllers/testing/daemonSets.ts';
import type { ContainerState, DaemonSet, NodeSelectorTerm } from '../../generated/types.ts';
import { Snapshot } from '../../scheduler/snapshot.ts';
import { explainDaemonSet } from './explainDaemonSet.ts';

function rows(scene: Scene, creationFailure?: string): string[] {
  const snapshot = new Snapshot();
  for (const node of scene.nodes) snapshot.setNode(node);
  const explained = { observed: observed(scene), snapshot, creationFailure };
  return explainDaemonSet(explained, NOW).map(
    ({ node, pod = '-', state, why }) => `${node} ${pod} ${state}: ${why}`,
  );
}

const on = (spec: Partial<DaemonSet['spec']['template']['spec']>): DaemonSet =>
  aDaemonSet({ template: aTemplate('ds', 'nginx:2', spec) });
const where = (...nodeSelectorTerms: NodeSelectorTerm[]): DaemonSet =>
  on({
    affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms } } },
  });
const requirement = (key: string, operator: string, ...values: string[]) => ({
  key,
  operator,
  ...(values.length > 0 && { values }),
});
const container = (state: ContainerState, restartCount = 0) => ({
  containerStatuses: [{ name: 'main', image: '', imageID: '', ready: false, restartCount, state }],
});
const RUNS = 'running since 2026-01-01T00:59:00Z';
const n1 = aNode('n1');

const cases: Record<string, Scene & { failure?: string; want: string[] }> = {
  'a daemon that is about to be made': { nodes: [n1], want: ['n1 - Missing: its pod is about to be made'] },
  'and one that was refused': {
    nodes: [n1],
    failure: 'Error creating: exceeded quota',
    want: ['n1 - Missing: Error creating: exceeded quota'],
  },
  'a template that names another node': {
    daemonSet: on({ nodeName: 'n2' }),
    nodes: [n1],
    want: ['n1 - NotWanted: its template names the node n2'],
  },
  'an affinity of several terms': {
    daemonSet: where(
      { matchExpressions: [requirement('zone', 'In', 'a', 'b'), requirement('gpu', 'Exists')] },
      { matchFields: [requirement('metadata.name', 'In', 'n7')] },
      {},
    ),
    nodes: [n1],
    want: [
      'n1 - NotWanted: node affinity does not match: zone In [a, b] and gpu Exists, or metadata.name In [n7], or an empty term',
    ],
  },
  'a taint that drives daemons out is named rather than one that keeps them away': {
    nodes: [
      aNode('n1', {
        taints: [
          { key: 'slow', effect: 'NoSchedule' },
          { key: 'gone', effect: 'NoExecute' },
        ],
      }),
    ],
    pods: [aDaemon('a', 'n1')],
    want: [`n1 a Running: ${RUNS}; is deleted: taint gone:NoExecute is not tolerated`],
  },
  'one too many': {
    nodes: [n1],
    pods: [aDaemon('a', 'n1'), aDaemon('b', 'n1', { ageSeconds: 1 })],
    want: [`n1 a Running: ${RUNS}`, `n1 b Running: ${RUNS}; is deleted: one is enough`],
  },
  'one that its node has thrown out': {
    nodes: [n1],
    pods: [
      aDaemon('a', 'n1', {
        state: 'failed',
        status: { reason: 'Evicted', message: 'The node was low on disk.' },
      }),
    ],
    want: [
      'n1 a Evicted: has ended: Evicted, The node was low on disk.; is replaced, after a while if it fails again and again',
    ],
  },
  'one that is updated now': {
    nodes: [n1],
    pods: [aDaemon('a', 'n1', { revision: 'old' })],
    want: [`n1 a Running: ${RUNS}; is replaced now by one of the new template`],
  },
  'one whose update waits until a node has its daemon': {
    nodes: [n1, aNode('n2')],
    pods: [aDaemon('a', 'n1', { revision: 'old' })],
    want: [
      `n1 a Running: ${RUNS}; the template of the pod is old: waits until the other nodes have their daemon`,
      'n2 - Missing: its pod is about to be made',
    ],
  },
  'one that is not available for long enough': {
    daemonSet: aDaemonSet({ minReadySeconds: 90 }),
    nodes: [n1],
    pods: [aDaemon('a', 'n1')],
    want: [`n1 a Running: ${RUNS}, available at 2026-01-01T01:00:30Z`],
  },
  'one whose probe fails': {
    nodes: [n1],
    pods: [aDaemon('a', 'n1', { state: 'unready', status: container({ running: {} }) })],
    want: ['n1 a Running: not ready yet: main'],
  },
  'one that has just crashed': {
    nodes: [n1],
    pods: [
      aDaemon('a', 'n1', {
        state: 'unready',
        status: container({ terminated: { exitCode: 137, reason: 'OOMKilled' } }),
      }),
    ],
    want: ['n1 a OOMKilled: container main is started again (main ended with 137, OOMKilled)'],
  },
  'one that waits for a node that is full': {
    nodes: [n1],
    pods: [aDaemon('a', 'n1', { state: 'pending', unbound: true })],
    want: ['n1 a Pending: Too many pods: 0 of 0'],
  },
  'one that waits for its gates': {
    nodes: [n1],
    pods: [
      aDaemon('a', 'n1', {
        state: 'pending',
        unbound: true,
        status: {
          conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
        },
      }),
    ],
    want: ['n1 a SchedulingGated: waits for its scheduling gates: '],
  },
};
for (const [name, { want, failure, ...scene }] of Object.entries(cases)) {
  test(name, () => expect(rows(scene, failure)).toEqual(want));
}
