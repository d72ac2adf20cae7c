import { expect, test } from 'vitest';
import type { Affinity, Pod, PodAffinityTerm, TopologySpreadConstraint } from '../generated/types.ts';
import { aNode, aPod, aSnapshot, placeOf } from './testing/builders.ts';

const ZONE = 'topology.kubernetes.io/zone';
const nodes = [
  aNode('a1', { labels: { [ZONE]: 'a' } }),
  aNode('a2', { labels: { [ZONE]: 'a' } }),
  aNode('b1', { labels: { [ZONE]: 'b' } }),
];

const near = (app: string, fields: Partial<PodAffinityTerm> = {}): PodAffinityTerm => ({
  topologyKey: ZONE,
  labelSelector: { matchLabels: { app } },
  ...fields,
});
const mustBeNear = (...terms: PodAffinityTerm[]): Affinity => ({
  podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms },
});
const mustBeFar = (...terms: PodAffinityTerm[]): Affinity => ({
  podAntiAffinity: { requiredDuringSchedulingIgnoredDuringExecution: terms },
});
const on = (nodeName: string, name: string, fields: Parameters<typeof aPod>[1] = {}) =>
  aPod(name, { nodeName, labels: { app: name }, ...fields });

const cases: { name: string; pod: Pod; placed: Pod[]; want: string | RegExp }[] = [
  {
    name: 'affinity draws a pod into the zone of another',
    placed: [on('b1', 'db')],
    pod: aPod('web', { affinity: mustBeNear(near('db')) }),
    want: 'b1',
  },
  {
    name: 'affinity to nobody leaves no node',
    placed: [],
    pod: aPod('web', { affinity: mustBeNear(near('db')) }),
    want: /^0\/3 nodes are available: 3 node\(s\) didn't match pod affinity rules\. .* 3 Preemption is not helpful/,
  },
  {
    name: 'the first of a group that wants to be together goes anywhere',
    placed: [],
    pod: aPod('web', { labels: { app: 'web' }, affinity: mustBeNear(near('web')) }),
    want: /^(a1|a2|b1)$/,
  },
  {
    name: 'affinity is to pods of the own namespace',
    placed: [on('b1', 'db', { namespace: 'other' })],
    pod: aPod('web', { affinity: mustBeNear(near('db')) }),
    want: /didn't match pod affinity rules/,
  },
  {
    name: 'affinity may name other namespaces',
    placed: [on('b1', 'db', { namespace: 'other' })],
    pod: aPod('web', { affinity: mustBeNear(near('db', { namespaces: ['other'] })) }),
    want: 'b1',
  },
  {
    name: 'affinity may select namespaces by label',
    placed: [on('b1', 'db', { namespace: 'labelled' })],
    pod: aPod('web', {
      affinity: mustBeNear(near('db', { namespaceSelector: { matchLabels: { team: 'data' } } })),
    }),
    want: 'b1',
  },
  {
    name: 'anti-affinity keeps a pod out of a zone',
    placed: [on('a1', 'db')],
    pod: aPod('web', { affinity: mustBeFar(near('db')) }),
    want: 'b1',
  },
  {
    name: 'anti-affinity of a pod that is there keeps others out',
    placed: [on('a1', 'db', { affinity: mustBeFar(near('web')) })],
    pod: aPod('web', { labels: { app: 'web' } }),
    want: 'b1',
  },
  {
    name: 'both kinds of anti-affinity are told apart',
    placed: [on('a1', 'db'), on('b1', 'shy', { affinity: mustBeFar(near('web')) })],
    pod: aPod('web', { labels: { app: 'web' }, affinity: mustBeFar(near('db')) }),
    want: /^0\/3 nodes are available: 1 node\(s\) didn't satisfy existing pods anti-affinity rules, 2 node\(s\) didn't match pod anti-affinity rules\. .* 3 No preemption victims/,
  },
  {
    name: 'preferred affinity draws a pod to a fuller zone',
    placed: [on('b1', 'db', { requests: { cpu: '1' } })],
    pod: aPod('web', {
      affinity: {
        podAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm: near('db') }],
        },
      },
    }),
    want: 'b1',
  },
];
for (const { name, pod, placed, want } of cases) {
  test(name, () => {
    const snapshot = aSnapshot(nodes, placed);
    snapshot.setNamespaceLabels('labelled', { team: 'data' });
    expect(placeOf(pod, snapshot)).toMatch(want);
  });
}

const spread = (fields: Partial<TopologySpreadConstraint> = {}): TopologySpreadConstraint => ({
  topologyKey: ZONE,
  maxSkew: 1,
  whenUnsatisfiable: 'DoNotSchedule',
  labelSelector: { matchLabels: { app: 'web' } },
  ...fields,
});
const web = (name: string, fields: Parameters<typeof aPod>[1] = {}) =>
  aPod(name, { labels: { app: 'web' }, ...fields });

const spreadCases: { name: string; pod: Pod; placed: Pod[]; want: string | RegExp }[] = [
  {
    name: 'a pod goes where fewer of its like are',
    placed: [web('w1', { nodeName: 'a1' })],
    pod: web('w', { topologySpreadConstraints: [spread()] }),
    want: 'b1',
  },
  {
    name: 'a skew that is too large is refused',
    placed: [web('w1', { nodeName: 'a1' })],
    pod: web('w', {
      nodeSelector: { [ZONE]: 'a' },
      topologySpreadConstraints: [spread({ nodeAffinityPolicy: 'Ignore' })],
    }),
    want: /^0\/3 nodes are available: 1 node\(s\) didn't match Pod's node affinity\/selector, 2 node\(s\) didn't match pod topology spread constraints\./,
  },
  {
    name: 'nodes that the pod cannot use do not count as empty',
    placed: [web('w1', { nodeName: 'a1' })],
    pod: web('w', { nodeSelector: { [ZONE]: 'a' }, topologySpreadConstraints: [spread()] }),
    want: /^a[12]$/,
  },
  {
    name: 'a node without the label is in no domain',
    placed: [],
    pod: web('w', { topologySpreadConstraints: [spread({ topologyKey: 'rack' })] }),
    want: /3 node\(s\) didn't match pod topology spread constraints \(missing required label\)\./,
  },
  {
    name: 'too few domains count as one that is empty',
    placed: [web('w1', { nodeName: 'a1' }), web('w2', { nodeName: 'b1' })],
    pod: web('w', { topologySpreadConstraints: [spread({ minDomains: 3 })] }),
    want: /3 node\(s\) didn't match pod topology spread constraints\./,
  },
  {
    name: 'spreading that is only wished for decides among nodes',
    placed: [web('w1', { nodeName: 'a1' }), aPod('x', { nodeName: 'b1' })],
    pod: web('w', { topologySpreadConstraints: [spread({ whenUnsatisfiable: 'ScheduleAnyway' })] }),
    want: 'b1',
  },
];
for (const { name, pod, placed, want } of spreadCases) {
  test(name, () => expect(placeOf(pod, aSnapshot(nodes, placed))).toMatch(want));
}
