import { expect, test } from 'vitest';
import { SeededRandom } from '../clock/random.ts';
import type { Node, Pod } from '../generated/types.ts';
import { nodesToFind } from './filterNodes.ts';
import { podInfoOf } from './podInfo.ts';
import { schedulePod } from './schedulePod.ts';
import { aContainer, aDaemonPod, aNode, aPod, aSnapshot, placeOf } from './testing/builders.ts';

const master = aNode('master01', {
  spec: { taints: [{ key: 'node-role.kubernetes.io/master', effect: 'NoSchedule' }] },
});
const workers = ['node01', 'node02', 'node03'].map((name) => aNode(name));
const cluster = [master, ...workers];

const notHelpful = (count: number) =>
  `no new claims to deallocate, preemption: 0/${count} nodes are available: ${count} Preemption is not helpful for scheduling.`;

const cases: { name: string; pod: Pod; nodes?: Node[]; placed?: Pod[]; want: string }[] = [
  {
    name: 'without nodes there is nothing to say of them',
    nodes: [],
    pod: aPod('a'),
    want: 'no nodes available to schedule pods',
  },
  {
    name: 'reasons are counted and sorted',
    pod: aPod('a', { nodeSelector: { disk: 'ssd' } }),
    want: `0/4 nodes are available: 1 node(s) had untolerated taint(s), 3 node(s) didn't match Pod's node affinity/selector. ${notHelpful(4)}`,
  },
  {
    name: 'a pod larger than any node is not helped by preemption',
    nodes: workers,
    pod: aPod('a', { requests: { cpu: '5', memory: '9Gi' } }),
    want: `0/3 nodes are available: 3 Insufficient cpu, 3 Insufficient memory. ${notHelpful(3)}`,
  },
  {
    name: 'where others fill the node, preemption looks for victims',
    nodes: [aNode('node01')],
    placed: [aPod('b', { nodeName: 'node01', requests: { cpu: '3' } })],
    pod: aPod('a', { requests: { cpu: '2' } }),
    want: '0/1 nodes are available: 1 Insufficient cpu. no new claims to deallocate, preemption: 0/1 nodes are available: 1 No preemption victims found for incoming pod.',
  },
  {
    name: 'a pod that never preempts says so',
    nodes: [aNode('node01', { allocatable: { pods: '0' } })],
    pod: aPod('a', { preemptionPolicy: 'Never' }),
    want: '0/1 nodes are available: 1 Too many pods. no new claims to deallocate, preemption: not eligible due to preemptionPolicy=Never.',
  },
  {
    name: 'a DaemonSet’s pod goes to the node that it names',
    pod: aDaemonPod('a', 'node02'),
    want: 'node02',
  },
  {
    name: 'a DaemonSet’s pod looks at no other node',
    pod: aDaemonPod('a', 'node02', { requests: { cpu: '5' } }),
    want: `0/4 nodes are available: 1 Insufficient cpu, 3 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${notHelpful(4)}`,
  },
  {
    name: 'a DaemonSet’s pod whose node is gone waits',
    pod: aDaemonPod('a', 'node09'),
    want: `0/4 nodes are available: 4 node(s) didn't satisfy plugin(s) [NodeAffinity]. ${notHelpful(4)}`,
  },
  {
    name: 'a cordoned node takes nothing',
    nodes: [aNode('node01', { spec: { unschedulable: true } }), aNode('node02')],
    pod: aPod('a'),
    want: 'node02',
  },
  {
    name: 'a cordoned node takes a pod that tolerates it, as a DaemonSet’s do',
    nodes: [aNode('node01', { spec: { unschedulable: true } })],
    pod: aDaemonPod('a', 'node01', {
      tolerations: [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }],
    }),
    want: 'node01',
  },
  {
    name: 'a port of a node is taken once',
    nodes: [aNode('node01'), aNode('node02')],
    placed: [aPod('b', { nodeName: 'node01', hostPort: 8080 })],
    pod: aPod('a', { hostPort: 8080 }),
    want: 'node02',
  },
  {
    name: 'the emptier node is better',
    nodes: [aNode('node01'), aNode('node02')],
    placed: [aPod('b', { nodeName: 'node01' })],
    pod: aPod('a'),
    want: 'node02',
  },
  {
    name: 'a node that the pod prefers is better than an emptier one',
    nodes: [aNode('node01', { labels: { disk: 'ssd' } }), aNode('node02')],
    placed: [aPod('b', { nodeName: 'node01' })],
    pod: aPod('a', {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 10,
              preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] },
            },
          ],
        },
      },
    }),
    want: 'node01',
  },
  {
    name: 'a PreferNoSchedule taint is avoided',
    nodes: [
      aNode('node01', { spec: { taints: [{ key: 'old', effect: 'PreferNoSchedule' }] } }),
      aNode('node02'),
    ],
    placed: [aPod('b', { nodeName: 'node02', requests: { cpu: '1' } })],
    pod: aPod('a'),
    want: 'node02',
  },
  {
    name: 'images that are there already draw the pod',
    nodes: [
      aNode('node01', { images: [{ names: ['nginx:1.14-alpine'], sizeBytes: 900 * 1024 * 1024 }] }),
      aNode('node02'),
    ],
    pod: aPod('a'),
    want: 'node01',
  },
  {
    name: 'an init container counts when it asks for more than the rest',
    nodes: [aNode('node01', { allocatable: { cpu: '2' } }), aNode('node02')],
    pod: aPod('a', { requests: { cpu: '1' }, initContainers: [aContainer({ cpu: '3' })] }),
    want: 'node02',
  },
  {
    name: 'a sidecar counts beside the rest',
    nodes: [aNode('node01', { allocatable: { cpu: '2' } }), aNode('node02')],
    pod: aPod('a', {
      requests: { cpu: '1' },
      initContainers: [{ ...aContainer({ cpu: '1500m' }), restartPolicy: 'Always' }],
    }),
    want: 'node02',
  },
  {
    name: 'overhead counts',
    nodes: [aNode('node01', { allocatable: { cpu: '2' } }), aNode('node02')],
    pod: aPod('a', { requests: { cpu: '2' }, overhead: { cpu: '1m' } }),
    want: 'node02',
  },
  {
    name: 'a resource that no node has is missing by its name',
    nodes: [aNode('node01')],
    pod: aPod('a', { requests: { 'example.com/gpu': '1' } }),
    want: `0/1 nodes are available: 1 Insufficient example.com/gpu. ${notHelpful(1)}`,
  },
];
for (const { name, pod, nodes = cluster, placed = [], want } of cases) {
  test(name, () => expect(placeOf(pod, aSnapshot(nodes, placed))).toBe(want));
}

test('ties are broken by chance, the same way for the same seed', () => {
  const snapshot = aSnapshot(workers);
  const places = Array.from({ length: 30 }, (_, seed) => placeOf(aPod('a'), snapshot, seed));
  expect(new Set(places)).toEqual(new Set(['node01', 'node02', 'node03']));
  expect(Array.from({ length: 30 }, (_, seed) => placeOf(aPod('a'), snapshot, seed))).toEqual(places);
});

test('of very many nodes only as many are looked for as upstream does', () => {
  expect([5, 100, 101, 1_000, 5_000, 15_000].map(nodesToFind)).toEqual([5, 100, 100, 420, 500, 750]);
  const nodes = Array.from({ length: 1_000 }, (_, index) => aNode(`n${index}`));
  const outcome = schedulePod(podInfoOf(aPod('a')), aSnapshot(nodes), { random: new SeededRandom(1) });
  expect(outcome).toMatchObject({ lookedAt: 420 });
});

test('pods that are placed one after another spread', () => {
  const snapshot = aSnapshot(workers);
  const counts = new Map<string, number>();
  for (let index = 0; index < 30; index++) {
    const pod = aPod(`p${index}`);
    const place = placeOf(pod, snapshot, index);
    snapshot.assume(podInfoOf(pod), place);
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  expect([...counts.values()]).toEqual([10, 10, 10]);
});
