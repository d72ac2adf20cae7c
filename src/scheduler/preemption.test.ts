import { expect, test } from 'vitest';
import { SeededRandom } from '../clock/random.ts';
import type { Node, Pod } from '../generated/types.ts';
import { podInfoOf } from './podInfo.ts';
import { schedulePod } from './schedulePod.ts';
import { aNode, aPod, aSnapshot } from './testing/builders.ts';

const small = (name: string, labels?: Record<string, string>) =>
  aNode(name, { allocatable: { cpu: '4' }, ...(labels && { labels }) });
const pod = (name: string, priority: number, cpu: string, nodeName?: string) =>
  aPod(name, { priority, requests: { cpu }, ...(nodeName && { nodeName }) });

/** `node01: a b`, or what the owner is told. */
function preemptionOf(incoming: Pod, nodes: readonly Node[], placed: readonly Pod[]): string {
  const outcome = schedulePod(podInfoOf(incoming), aSnapshot(nodes, placed), { random: new SeededRandom(1) });
  if ('node' in outcome) return `fits on ${outcome.node}`;
  if (!outcome.preemption) return outcome.unschedulable;
  const { node, victims } = outcome.preemption;
  return `${node}: ${victims.map((victim) => victim.pod.metadata.name).join(' ')}`;
}

const nothing = 'No preemption victims found for incoming pod';
const cases: { name: string; incoming?: Pod; nodes?: Node[]; placed: Pod[]; want: string | RegExp }[] = [
  {
    name: 'nobody goes for a pod of the same priority',
    placed: [pod('a', 10, '4', 'node01')],
    want: new RegExp(`1 Insufficient cpu\\. .* 1 ${nothing}\\.$`),
  },
  { name: 'a pod of lower priority goes', placed: [pod('a', 9, '4', 'node01')], want: 'node01: a' },
  {
    name: 'no more go than must',
    placed: [pod('a', 1, '1', 'node01'), pod('b', 1, '1', 'node01'), pod('c', 1, '2', 'node01')],
    incoming: pod('x', 10, '2'),
    want: 'node01: c',
  },
  {
    name: 'the more important ones stay',
    placed: [pod('a', 1, '2', 'node01'), pod('b', 2, '2', 'node01')],
    incoming: pod('x', 10, '2'),
    want: 'node01: a',
  },
  {
    name: 'it happens where the least important pods are',
    nodes: [small('node01'), small('node02')],
    placed: [pod('a', 5, '4', 'node01'), pod('b', 1, '2', 'node02'), pod('c', 1, '2', 'node02')],
    want: 'node02: b c',
  },
  {
    name: 'else it happens where fewer must go',
    nodes: [small('node01'), small('node02')],
    placed: [pod('a', 1, '2', 'node01'), pod('b', 1, '2', 'node01'), pod('c', 1, '4', 'node02')],
    want: 'node02: c',
  },
  {
    name: 'nobody goes when that would not be enough',
    placed: [pod('a', 1, '1', 'node01'), pod('b', 10, '2', 'node01')],
    want: /preemption: 0\/1 nodes are available: 1 Insufficient cpu\.$/,
  },
  {
    name: 'nobody goes for a pod that never preempts',
    placed: [pod('a', 1, '4', 'node01')],
    incoming: aPod('x', { priority: 10, preemptionPolicy: 'Never', requests: { cpu: '4' } }),
    want: /preemption: not eligible due to preemptionPolicy=Never\.$/,
  },
  {
    name: 'nobody more goes while somebody is going',
    placed: [
      {
        ...pod('a', 1, '4', 'node01'),
        metadata: { name: 'a', namespace: 'default', deletionTimestamp: '2026-01-01T00:00:00Z' },
      },
    ],
    incoming: { ...pod('x', 10, '4'), status: { nominatedNodeName: 'node01' } },
    want: /preemption: not eligible due to a terminating pod on the nominated node\.$/,
  },
];
for (const { name, incoming = pod('x', 10, '4'), nodes = [small('node01')], placed, want } of cases) {
  test(name, () => expect(preemptionOf(incoming, nodes, placed)).toMatch(want));
}

test('looking for victims leaves the snapshot as it was', () => {
  const snapshot = aSnapshot([small('node01')], [pod('a', 1, '2', 'node01'), pod('b', 2, '2', 'node01')]);
  schedulePod(podInfoOf(pod('x', 10, '2')), snapshot, { random: new SeededRandom(1) });
  const [node] = snapshot.nodes;
  expect([...node!.pods.keys()].sort()).toEqual(['default/a', 'default/b']);
  expect(node!.requested.get('cpu')).toBe(4_000);
});
