import { expect, test } from 'vitest';
import type { EndpointSubset, Endpoints, Pod, Service } from '../../generated/types.ts';
import { ago } from '../testing/builders.ts';
import { aService, http, servingPod, servingPods } from '../testing/services.ts';
import { type Action, type Observed, planEndpoints } from './plan.ts';

const actionsOf = (fields: Partial<Observed>): Action[] =>
  planEndpoints({
    service: aService(),
    pods: [],
    current: undefined,
    triggerTime: undefined,
    ...fields,
  }).stages.flat();

function only(fields: Partial<Observed>): Endpoints {
  const actions = actionsOf(fields);
  expect(actions).toHaveLength(1);
  return actions[0]!.endpoints;
}

const subsetsFor = (spec: object, ...pods: Pod[]): EndpointSubset[] =>
  only({ service: aService(spec as Partial<Service['spec']> as object), pods }).subsets!;

/** `10.1.0.1,10.1.0.2!: http 8080`, with a mark at those that are not ready. */
const text = ({ addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset): string => {
  const ready = addresses.map(({ ip }) => ip);
  const notReady = notReadyAddresses.map(({ ip }) => `${ip}!`);
  return `${[...ready, ...notReady].join()}: ${ports.map(({ name, port }) => `${name ?? '-'} ${port}`).join(', ')}`;
};

test('the first Endpoints of a service', () => {
  const service = aService({ labels: { team: 'a' } });
  expect(actionsOf({ service, pods: [servingPod('web-0', '10.1.0.1')], triggerTime: ago(60) })).toEqual([
    {
      kind: 'create',
      endpoints: {
        apiVersion: 'v1',
        kind: 'Endpoints',
        metadata: {
          name: 'web',
          namespace: 'default',
          labels: { team: 'a', 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' },
          annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': ago(60) },
        },
        subsets: [
          {
            addresses: [
              {
                ip: '10.1.0.1',
                nodeName: 'node01',
                targetRef: { kind: 'Pod', namespace: 'default', name: 'web-0', uid: 'uid-web-0' },
              },
            ],
            ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
          },
        ],
      },
    },
  ]);
});

const unready = { state: 'unready' } as const;
const named = (port: number) => ({
  containers: [{ name: 'c', ports: [{ name: 'web', containerPort: port }] }],
});
const byName = { ports: [{ ...http, targetPort: 'web' }] };
const https = { name: 'https', port: 443, targetPort: 8443 };

const cases: [string, object, Pod[], string[]][] = [
  ['no pods', {}, [], []],
  [
    'pods in the order of their addresses, ready or not',
    {},
    [servingPod('c', '10.1.0.3'), servingPod('b', '10.1.0.2', unready), servingPod('a', '10.1.0.1')],
    ['10.1.0.1,10.1.0.3,10.1.0.2!: http 8080'],
  ],
  [
    'pods that end are gone, and so are those that have ended or have not begun',
    {},
    [
      servingPod('a', '10.1.0.1', { deleting: true }),
      servingPod('b', '10.1.0.2', { state: 'failed' }),
      servingPod('c', '10.1.0.3', { state: 'succeeded' }),
      servingPod('d', '', { state: 'pending' }),
    ],
    [],
  ],
  [
    'all pods are ready for a service that does not ask',
    { publishNotReadyAddresses: true },
    [servingPod('a', '10.1.0.1', { ...unready, deleting: true }), servingPod('b', '10.1.0.2', unready)],
    ['10.1.0.1,10.1.0.2: http 8080'],
  ],
  [
    'several ports stand together',
    { ports: [https, http] },
    [servingPod('a', '10.1.0.1')],
    ['10.1.0.1: http 8080, https 8443'],
  ],
  [
    'a named port may have different numbers, or none',
    byName,
    [
      servingPod('a', '10.1.0.1', { spec: named(80) }),
      servingPod('b', '10.1.0.2', { spec: named(8080) }),
      servingPod('c', '10.1.0.3'),
    ],
    ['10.1.0.1: http 80', '10.1.0.2: http 8080'],
  ],
  [
    'a port without a name has none',
    { ports: [{ port: 80 }] },
    [servingPod('a', '10.1.0.1')],
    ['10.1.0.1: - 80'],
  ],
  [
    'a headless service may have no ports',
    { clusterIP: 'None', ports: [] },
    [servingPod('a', '10.1.0.1')],
    ['10.1.0.1: '],
  ],
  ['another service without ports shows nothing', { ports: [] }, [servingPod('a', '10.1.0.1')], []],
  [
    'the addresses are of the service’s first family',
    { ipFamilies: ['IPv6', 'IPv4'] },
    [servingPod('a', '10.1.0.1', { status: { podIPs: [{ ip: '10.1.0.1' }, { ip: '2001:db8::1' }] } })],
    ['2001:db8::1: http 8080'],
  ],
];
for (const [name, spec, pods, want] of cases) {
  test(`subsets: ${name}`, () => expect(subsetsFor(spec, ...pods).map(text)).toEqual(want));
}

test('a pod’s host is named under the service that its subdomain names', () => {
  const spec = { hostname: 'web-0', subdomain: 'web' };
  const [subset] = subsetsFor({}, servingPod('web-0', '10.1.0.1', { spec }));
  expect(subset!.addresses![0]!.hostname).toBe('web-0');
});

test('nothing is written when nothing has changed', () => {
  const current = only({ pods: servingPods(3) });
  expect(actionsOf({ current, pods: servingPods(3).toReversed(), triggerTime: ago(0) })).toEqual([]);
});

test('what somebody else wrote is overwritten, but annotations of others stay', () => {
  const metadata = { name: 'web', namespace: 'default', resourceVersion: '7', annotations: { theirs: 'x' } };
  const [action] = actionsOf({ current: { metadata, subsets: [] }, pods: servingPods(1) });
  expect(action).toMatchObject({ kind: 'update', endpoints: { metadata: { resourceVersion: '7' } } });
  expect(action!.endpoints.metadata.annotations).toEqual({ theirs: 'x' });
});

test('headless services have a label that says so', () => {
  const { metadata } = only({ service: aService({ clusterIP: 'None' }) });
  expect(metadata.labels).toHaveProperty(['service.kubernetes.io/headless'], '');
});

test('the Endpoints of a service that is gone go', () => {
  const current = only({});
  expect(actionsOf({ service: undefined, current })).toEqual([{ kind: 'delete', endpoints: current }]);
  expect(actionsOf({ service: undefined })).toEqual([]);
});

const OVER = 'endpoints.kubernetes.io/over-capacity';
const counts = ({ subsets = [] }: Endpoints) =>
  subsets.map(({ addresses = [], notReadyAddresses = [] }) => [addresses.length, notReadyAddresses.length]);
const unreadyPods = (count: number, from: number) =>
  servingPods(count, from).map((pod) => servingPod(pod.metadata.name!, pod.status!.podIP!, unready));
const ofPort = (pods: readonly Pod[], port: number) =>
  pods.map((pod) => servingPod(pod.metadata.name!, pod.status!.podIP!, { spec: named(port) }));

const crowds: [string, object, Pod[], number[][]][] = [
  ['a thousand pods are all there', {}, servingPods(1000), [[1000, 0]]],
  ['those that are ready come first', {}, [...servingPods(900), ...unreadyPods(300, 900)], [[900, 100]]],
  [
    'those that are not may all be left out',
    {},
    [...servingPods(1001), ...unreadyPods(5, 1001)],
    [[1000, 0]],
  ],
  [
    'each port has as large a part as the others',
    byName,
    [...ofPort(servingPods(900), 80), ...ofPort(servingPods(300, 900), 8080)],
    [
      [750, 0],
      [250, 0],
    ],
  ],
];
for (const [name, spec, pods, want] of crowds) {
  test(`of many pods, ${name}`, () => {
    const service = aService(spec as object);
    const endpoints = only({ service, pods });
    expect(counts(endpoints)).toEqual(want);
    expect(endpoints.metadata.annotations?.[OVER]).toBe(pods.length > 1000 ? 'truncated' : undefined);
    expect(actionsOf({ service, pods, current: endpoints })).toEqual([]);
  });
}

test('the mark of a crowd goes with it', () => {
  const current = only({ pods: servingPods(1001) });
  expect(only({ current, pods: servingPods(1000) }).metadata.annotations).toEqual({});
});
