import { expect, test } from 'vitest';
import type { DaemonSet, PodSpec } from '../../generated/types.ts';
import { aNode } from '../testing/builders.ts';
import { aDaemonSet } from '../testing/daemonSets.ts';
import { sizedByNode } from './sizeByNode.ts';

type Amounts = Record<string, string>;

const asking = (text: string): DaemonSet => {
  const daemonSet = aDaemonSet();
  return {
    ...daemonSet,
    metadata: { ...daemonSet.metadata, annotations: { 'sampan.dev/resources-by-node': text } },
  };
};
const nodeOf = (allocatable: Amounts | undefined) => ({
  ...aNode('n1'),
  status: { ...(allocatable && { allocatable }) },
});
const agent = (requests?: Amounts, limits?: Amounts): PodSpec => ({
  containers: [
    {
      name: 'agent',
      image: 'nginx',
      ...((requests || limits) && {
        resources: { ...(requests && { requests }), ...(limits && { limits }) },
      }),
    },
  ],
});

/** `cpu=80m memory=429496729`, and the limits after a slash. */
const inWords = ({ containers, initContainers = [] }: PodSpec): string =>
  [...initContainers, ...containers]
    .map(({ resources }) =>
      [resources?.requests, resources?.limits]
        .filter((amounts) => amounts !== undefined)
        .map((amounts) => Object.entries(amounts).map(([resource, amount]) => `${resource}=${amount}`))
        .map((words) => words.join(' '))
        .join(' / '),
    )
    .join('; ');

const LARGE = { cpu: '64', memory: '256Gi', pods: '110' };
const SMALL = { cpu: '1500m', memory: '2Gi', pods: '110' };
const BOTH = 'agent: cpu=2%, memory=5%';

interface Case {
  asks?: string;
  node?: Amounts | undefined;
  spec?: PodSpec;
  want: string;
}
const cases: Record<string, Case> = {
  'a large node gives much': { node: LARGE, want: 'cpu=1280m memory=13743895347' },
  'a small node gives little': { node: SMALL, want: 'cpu=30m memory=107374182' },
  'what comes out even is written short': { asks: 'agent: memory=50%', node: SMALL, want: 'memory=1Gi' },
  'what the template asks for is the least': {
    node: SMALL,
    spec: agent({ cpu: '100m', memory: '64Mi' }),
    want: 'cpu=100m memory=107374182',
  },
  'where there is no limit none is made': {
    node: LARGE,
    spec: agent({ cpu: '100m' }),
    want: 'cpu=1280m memory=13743895347',
  },
  'a limit grows with it': {
    node: LARGE,
    spec: agent({ cpu: '100m' }, { cpu: '200m' }),
    want: 'cpu=1280m memory=13743895347 / cpu=1280m',
  },
  'and is the least too': {
    node: SMALL,
    spec: agent({ cpu: '10m' }, { cpu: '200m' }),
    want: 'cpu=30m memory=107374182 / cpu=200m',
  },
  'a limit alone stands for the request': {
    asks: 'agent: cpu=2%',
    node: SMALL,
    spec: agent(undefined, { cpu: '200m' }),
    want: 'cpu=200m / cpu=200m',
  },
  'other resources stay': {
    asks: 'agent: cpu=2%',
    node: LARGE,
    spec: agent({ memory: '64Mi' }),
    want: 'memory=64Mi cpu=1280m',
  },
  'a part of a percentage is possible': { asks: 'agent: cpu=0.5%', node: LARGE, want: 'cpu=320m' },
  'several containers have theirs, those of the start too': {
    asks: 'agent: cpu=1%; init: cpu=50%',
    node: LARGE,
    spec: { ...agent(), initContainers: [{ name: 'init', image: 'nginx' }] },
    want: 'cpu=32; cpu=640m',
  },
  'a resource that the node does not tell of is left': {
    node: { cpu: '64' },
    spec: agent({ memory: '64Mi' }),
    want: 'memory=64Mi cpu=1280m',
  },
  'a node that tells nothing changes nothing': { node: undefined, spec: agent({ cpu: '1' }), want: 'cpu=1' },
  'a container of another name is none': { asks: 'proxy: cpu=2%', node: LARGE, want: '' },
  ...Object.fromEntries(
    [
      'agent',
      'agent:',
      'agent: cpu',
      'agent: cpu=2',
      'agent: cpu=0%',
      'agent: cpu=101%',
      'agent: pods=2%',
      'agent: cpu=2%,',
      'agent: cpu=2%; agent: cpu=3%',
      '',
    ].map((asks) => [`"${asks}" is malformed and ignored`, { asks, node: LARGE, want: '' }]),
  ),
};
for (const [name, { asks = BOTH, node, spec = agent(), want }] of Object.entries(cases)) {
  test(name, () => expect(inWords(sizedByNode(spec, asking(asks), nodeOf(node)))).toBe(want));
}

test('a daemon whose node is gone, and one that nobody wants so, is as its template', () => {
  const spec = agent({ cpu: '1' });
  expect(sizedByNode(spec, asking(BOTH), undefined)).toBe(spec);
  expect(sizedByNode(spec, aDaemonSet(), nodeOf(LARGE))).toBe(spec);
});
