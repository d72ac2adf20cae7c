import { expect, test } from 'vitest';
import type { Endpoint, EndpointSlice, Pod, Service } from '../../generated/types.ts';
import { ago, aNode, ownedBy } from '../testing/builders.ts';
import { aService, http, servingPod, servingPods, zonedNodes } from '../testing/services.ts';
import { type Action, type Observed, planSlices } from './plan.ts';

const seen = (fields: Partial<Observed>): Observed => ({
  service: aService(),
  pods: [],
  slices: [],
  nodes: zonedNodes,
  triggerTime: undefined,
  ...fields,
});

const actionsOf = (fields: Partial<Observed>): Action[] => planSlices(seen(fields)).stages.flat();

/** The slices after the plan was carried out; new ones are named in order. */
function settled(fields: Partial<Observed>): EndpointSlice[] {
  const slices = new Map((fields.slices ?? []).map((slice) => [slice.metadata.name!, slice]));
  let made = slices.size;
  for (const action of actionsOf(fields)) {
    if (action.kind === 'await') continue;
    const { slice } = action;
    if (action.kind === 'delete') slices.delete(slice.metadata.name!);
    else {
      const { generateName, ...metadata } = slice.metadata;
      const name = metadata.name ?? `${generateName}${made++}`;
      slices.set(name, {
        ...slice,
        metadata: { creationTimestamp: ago(0), uid: `uid-${name}`, ...metadata, name },
      });
    }
  }
  return [...slices.values()];
}

const only = (fields: Partial<Observed>): EndpointSlice => {
  const slices = settled(fields);
  expect(slices).toHaveLength(1);
  return slices[0]!;
};
const endpointsOf = (fields: Partial<Observed>): Endpoint[] => only(fields).endpoints!;
const namesIn = ({ endpoints }: EndpointSlice): string[] =>
  endpoints!.map(({ targetRef }) => targetRef!.name!);
const kinds = (actions: readonly Action[]): string => actions.map(({ kind }) => kind).join(' ');

test('the first slice of a service', () => {
  const labels = { team: 'a', 'kubernetes.io/service-name': 'mine' };
  const service = aService({ labels });
  const pods = [servingPod('web-0', '10.1.0.1')];
  expect(actionsOf({ service, pods, triggerTime: ago(60) })).toEqual([
    {
      kind: 'create',
      slice: {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          generateName: 'web-',
          namespace: 'default',
          labels: {
            team: 'a',
            'kubernetes.io/service-name': 'web',
            'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
          },
          annotations: { 'endpoints.kubernetes.io/last-change-trigger-time': ago(60) },
          ownerReferences: [{ ...ownedBy(service), blockOwnerDeletion: true }],
        },
        addressType: 'IPv4',
        ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
        endpoints: [
          {
            addresses: ['10.1.0.1'],
            conditions: { ready: true, serving: true, terminating: false },
            nodeName: 'node01',
            zone: 'a',
            targetRef: { kind: 'Pod', namespace: 'default', name: 'web-0', uid: 'uid-web-0' },
          },
        ],
      },
    },
  ]);
});

const conditions: [string, Partial<Service['spec']>, Pod, Endpoint['conditions']][] = [
  ['a ready pod', {}, servingPod('a', '10.1.0.1'), { ready: true, serving: true, terminating: false }],
  [
    'a pod that is not ready',
    {},
    servingPod('a', '10.1.0.1', { state: 'unready' }),
    { ready: false, serving: false, terminating: false },
  ],
  [
    'a pod that still serves while it ends',
    {},
    servingPod('a', '10.1.0.1', { deleting: true }),
    { ready: false, serving: true, terminating: true },
  ],
  [
    'a pod that no longer serves while it ends',
    {},
    servingPod('a', '10.1.0.1', { state: 'unready', deleting: true }),
    { ready: false, serving: false, terminating: true },
  ],
  [
    'a pod that is published whether it is ready or not',
    { publishNotReadyAddresses: true },
    servingPod('a', '10.1.0.1', { state: 'unready', deleting: true }),
    { ready: true, serving: false, terminating: true },
  ],
];
for (const [name, spec, pod, want] of conditions) {
  test(`conditions of ${name}`, () => {
    expect(endpointsOf({ service: aService(spec as object), pods: [pod] })[0]!.conditions).toEqual(want);
  });
}

const noEndpoints: [string, Pod][] = [
  ['has no address yet', servingPod('a', '', { state: 'pending' })],
  ['has succeeded', servingPod('a', '10.1.0.1', { state: 'succeeded' })],
  ['has failed', servingPod('a', '10.1.0.1', { state: 'failed' })],
  ['has an address of the other family only', servingPod('a', '2001:db8::1')],
];
for (const [name, pod] of noEndpoints) {
  test(`a pod that ${name} is no endpoint`, () => expect(endpointsOf({ pods: [pod] })).toEqual([]));
}

test('a service without endpoints has one empty slice without ports', () => {
  const slice = only({});
  expect(slice).toMatchObject({ addressType: 'IPv4', endpoints: [], ports: [] });
  expect(actionsOf({ slices: [slice] })).toEqual([]);
});

test('the empty slice is filled, and emptied again', () => {
  const empty = only({});
  const filled = only({ slices: [empty], pods: servingPods(1) });
  expect(filled.metadata.name).toBe(empty.metadata.name);
  const again = only({ slices: [filled] });
  expect(again).toMatchObject({ metadata: { name: empty.metadata.name }, endpoints: [], ports: [] });
});

test('nothing is written when nothing has changed', () => {
  const pods = servingPods(250);
  const slices = settled({ pods });
  expect(actionsOf({ slices, pods })).toEqual([]);
  expect(actionsOf({ slices, pods: pods.toReversed(), triggerTime: ago(0) })).toEqual([]);
});

test('a slice holds a hundred endpoints', () => {
  expect(settled({ pods: servingPods(250) }).map(({ endpoints }) => endpoints!.length)).toEqual([
    100, 100, 50,
  ]);
});

test('the only write for one pod more is that of a slice with room', () => {
  const slices = settled({ pods: servingPods(150) });
  const actions = actionsOf({ slices, pods: servingPods(151) });
  expect(kinds(actions)).toBe('update');
  expect((actions[0] as { slice: EndpointSlice }).slice.endpoints).toHaveLength(51);
});

test('new pods take the places of those that went', () => {
  const slices = settled({ pods: servingPods(200) });
  const actions = actionsOf({
    slices,
    pods: [...servingPods(50, 50), ...servingPods(100, 100), ...servingPods(50, 200)],
  });
  expect(kinds(actions)).toBe('update');
  expect(namesIn((actions[0] as { slice: EndpointSlice }).slice)).toHaveLength(100);
});

test('slices are not merged for their own sake', () => {
  const slices = settled({ pods: servingPods(200) });
  const fewer = settled({ slices, pods: [...servingPods(10), ...servingPods(10, 100)] });
  expect(fewer.map(({ endpoints }) => endpoints!.length)).toEqual([10, 10]);
  expect(kinds(actionsOf({ slices: fewer, pods: [...servingPods(10), ...servingPods(10, 100)] }))).toBe('');
});

test('many new pods get a slice of their own rather than be spread over those that have some room', () => {
  const slices = settled({ pods: servingPods(150) });
  expect(kinds(actionsOf({ slices, pods: servingPods(250) }))).toBe('create');
});

test('an emptied slice goes, or becomes the new one that is needed', () => {
  const slices = settled({ pods: servingPods(150) });
  expect(kinds(actionsOf({ slices, pods: servingPods(100) }))).toBe('delete');
  const named = [{ ...http, targetPort: 9090 }];
  const one = settled({ pods: servingPods(3) });
  expect(kinds(actionsOf({ slices: one, pods: servingPods(3), service: aService({ ports: named }) }))).toBe(
    'update',
  );
});

test('pods that change are changed where they are', () => {
  const pods = servingPods(3);
  const slice = only({ pods });
  const [first, second, third] = pods as [Pod, Pod, Pod];
  const unready = servingPod(second.metadata.name!, second.status!.podIP!, { state: 'unready' });
  const next = only({ slices: [slice], pods: [first, unready, third] });
  expect(namesIn(next)).toEqual(namesIn(slice));
  expect(next.endpoints!.map(({ conditions: given }) => given!.ready)).toEqual([true, false, true]);
});

test('a service keeps its slices’ labels like its own', () => {
  const pods = servingPods(1);
  const slice = only({ service: aService({ labels: { team: 'a' } }), pods });
  const next = only({ service: aService({ labels: { team: 'b' } }), pods, slices: [slice] });
  expect(next.metadata.labels).toMatchObject({ team: 'b', 'kubernetes.io/service-name': 'web' });
});

test('headless services have a label that says so, and may have no ports', () => {
  const service = aService({ clusterIP: 'None', ports: [] });
  expect(only({ service, pods: servingPods(1) })).toMatchObject({
    metadata: { labels: { 'service.kubernetes.io/headless': '' } },
    ports: [],
    endpoints: [{ addresses: ['10.1.0.1'] }],
  });
});

const portNamed = (containerPort: number) => ({
  containers: [{ name: 'main', ports: [{ name: 'web', containerPort }] }],
});

test('where a named port has different numbers there are slices for each', () => {
  const service = aService({ ports: [{ ...http, targetPort: 'web' }] });
  const pods = [
    servingPod('old-0', '10.1.0.1', { spec: portNamed(80) }),
    servingPod('new-0', '10.1.0.2', { spec: portNamed(8080) }),
    servingPod('old-1', '10.1.0.3', { spec: portNamed(80) }),
    servingPod('none', '10.1.0.4'),
  ];
  const shown = settled({ service, pods }).map((slice) => [
    slice.ports!.map(({ port }) => port),
    namesIn(slice),
  ]);
  expect(shown).toEqual([
    [[80], ['old-0', 'old-1']],
    [[8080], ['new-0']],
    [[], ['none']],
  ]);
});

test('a named port is looked for in sidecars too, and only for the protocol that is asked for', () => {
  const sidecar = { name: 's', restartPolicy: 'Always', ports: [{ name: 'web', containerPort: 1 }] };
  const early = { name: 'e', ports: [{ name: 'web', containerPort: 2 }] };
  const other = { name: 'o', ports: [{ name: 'web', containerPort: 3, protocol: 'UDP' }] };
  const spec = { containers: [other], initContainers: [early, sidecar] };
  const service = aService({ ports: [{ ...http, targetPort: 'web', appProtocol: 'http' }] });
  expect(only({ service, pods: [servingPod('a', '10.1.0.1', { spec })] }).ports).toEqual([
    { name: 'http', port: 1, protocol: 'TCP', appProtocol: 'http' },
  ]);
});

test('a pod’s host is named under the service that its subdomain names', () => {
  const spec = { hostname: 'web-0', subdomain: 'web' };
  expect(endpointsOf({ pods: [servingPod('web-0', '10.1.0.1', { spec })] })[0]!.hostname).toBe('web-0');
  const elsewhere = { hostname: 'web-0', subdomain: 'db' };
  expect(endpointsOf({ pods: [servingPod('web-0', '10.1.0.1', { spec: elsewhere })] })[0]).not.toHaveProperty(
    'hostname',
  );
});

test('each family of addresses has slices of its own, and those of another go', () => {
  const status = { podIPs: [{ ip: '10.1.0.1' }, { ip: '2001:db8::1' }] };
  const pods = [servingPod('a', '10.1.0.1', { status })];
  const both = settled({ service: aService({ ipFamilies: ['IPv4', 'IPv6'] }), pods });
  expect(both.map(({ addressType, endpoints }) => [addressType, endpoints![0]!.addresses])).toEqual([
    ['IPv4', ['10.1.0.1']],
    ['IPv6', ['2001:db8::1']],
  ]);
  expect(kinds(actionsOf({ pods, slices: both }))).toBe('delete');
});

test('pods of nodes that are gone are left out, and come again', () => {
  const pods = [servingPod('a', '10.1.0.1'), servingPod('b', '10.1.0.2', { node: 'gone' })];
  expect(namesIn(only({ pods }))).toEqual(['a']);
  expect(actionsOf({ pods }).at(-1)).toEqual({ kind: 'await', missing: [pods[1]] });
  const all = aService({ publishNotReadyAddresses: true });
  expect(namesIn(only({ service: all, pods }))).toEqual(['a', 'b']);
});

test('slices of a namesake that is gone are not taken over', () => {
  const stranger = only({ pods: servingPods(1) });
  const service = aService();
  service.metadata.uid = 'another';
  expect(kinds(actionsOf({ service, pods: servingPods(1), slices: [stranger] }))).toBe('create delete');
});

test('a service on its way out gets nothing new', () => {
  const service = aService();
  service.metadata.deletionTimestamp = ago(0);
  expect(actionsOf({ service, pods: servingPods(1) })).toEqual([]);
});

test('the time of the last change is that of what was written last', () => {
  const slice = only({ pods: servingPods(1), triggerTime: ago(60) });
  const next = only({ slices: [slice], pods: servingPods(2), triggerTime: ago(30) });
  expect(next.metadata.annotations).toEqual({ 'endpoints.kubernetes.io/last-change-trigger-time': ago(30) });
  expect(only({ slices: [next], pods: servingPods(3) }).metadata.annotations).toEqual({});
});

const hints: [string, string | undefined, Endpoint['hints']][] = [
  ['a service that does not say', undefined, undefined],
  ['PreferClose', 'PreferClose', { forZones: [{ name: 'a' }] }],
  ['PreferSameZone', 'PreferSameZone', { forZones: [{ name: 'a' }] }],
  ['PreferSameNode', 'PreferSameNode', { forZones: [{ name: 'a' }], forNodes: [{ name: 'node01' }] }],
];
for (const [name, trafficDistribution, want] of hints) {
  test(`hints of ${name}`, () => {
    const service = aService(trafficDistribution === undefined ? {} : { trafficDistribution });
    const pods = [servingPod('a', '10.1.0.1'), servingPod('b', '10.1.0.2', { state: 'unready' })];
    expect(endpointsOf({ service, pods }).map((endpoint) => endpoint.hints)).toEqual([want, undefined]);
    const nowhere = new Map([['node01', aNode('node01')]]);
    const { forNodes } = want ?? {};
    expect(endpointsOf({ service, pods, nodes: nowhere })[0]!.hints).toEqual(forNodes && { forNodes });
  });
}
