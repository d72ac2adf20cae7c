import { expect, test } from 'vitest';
import type { EndpointSlice, EndpointSubset, Endpoints } from '../../generated/types.ts';
import { ownedBy, storedMeta } from '../testing/builders.ts';
import { type Action, type Observed, planMirrors } from './plan.ts';

const byHand = (subsets: EndpointSubset[], metadata: Endpoints['metadata'] = {}): Endpoints => ({
  apiVersion: 'v1',
  kind: 'Endpoints',
  metadata: { ...storedMeta('db'), ...metadata },
  subsets,
});
const http = { name: 'http', port: 80, protocol: 'TCP' };
const https = { name: 'https', port: 443, protocol: 'TCP' };
const at = (...ips: string[]) => ips.map((ip) => ({ ip }));
const addresses = (count: number) =>
  at(...Array.from({ length: count }, (_, i) => `10.0.${i >> 8}.${i & 255}`));

const actionsOf = (fields: Partial<Observed>): Action[] =>
  planMirrors({ endpoints: undefined, slices: [], ...fields }).stages.flat();

/** The slices after the plan was carried out. */
function settled(fields: Partial<Observed>): EndpointSlice[] {
  const slices = new Map((fields.slices ?? []).map((slice) => [slice.metadata.name!, slice]));
  let made = slices.size;
  for (const action of actionsOf(fields)) {
    if (action.kind === 'tell') continue;
    const { generateName, ...metadata } = action.slice.metadata;
    const name = metadata.name ?? `${generateName}${made++}`;
    if (action.kind === 'delete') slices.delete(name);
    else slices.set(name, { ...action.slice, metadata: { uid: `uid-${name}`, ...metadata, name } });
  }
  return [...slices.values()];
}

/** `IPv4 80: 10.0.0.1 10.0.0.2!`, with a mark at those that are not ready. */
const text = ({ addressType, ports, endpoints }: EndpointSlice): string => {
  const all = endpoints!.map((each) => `${each.addresses[0]}${each.conditions?.ready ? '' : '!'}`);
  return `${addressType} ${ports!.map(({ port }) => port).join()}: ${all.join(' ')}`;
};
const kinds = (actions: readonly Action[]): string => actions.map(({ kind }) => kind).join(' ');

test('the first slice of Endpoints', () => {
  const annotations = {
    theirs: 'x',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'endpoints.kubernetes.io/last-change-trigger-time': '2026-01-01T00:00:00Z',
  };
  const address = {
    ip: '10.0.0.1',
    hostname: 'db-0',
    nodeName: 'node01',
    targetRef: { kind: 'Pod', name: 'db-0' },
  };
  const endpoints = byHand([{ addresses: [address], ports: [http] }], { labels: { app: 'db' }, annotations });
  expect(actionsOf({ endpoints })).toEqual([
    {
      kind: 'create',
      slice: {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          generateName: 'db-',
          namespace: 'default',
          labels: {
            app: 'db',
            'kubernetes.io/service-name': 'db',
            'endpointslice.kubernetes.io/managed-by': 'endpointslicemirroring-controller.k8s.io',
          },
          annotations: { theirs: 'x' },
          ownerReferences: [{ ...ownedBy(endpoints), blockOwnerDeletion: true }],
        },
        addressType: 'IPv4',
        endpoints: [
          {
            addresses: ['10.0.0.1'],
            conditions: { ready: true },
            hostname: 'db-0',
            nodeName: 'node01',
            targetRef: { kind: 'Pod', name: 'db-0' },
          },
        ],
        ports: [http],
      },
    },
  ]);
});

const cases: [string, EndpointSubset[], string[]][] = [
  ['nothing', [], []],
  [
    'what is ready and what is not',
    [{ addresses: at('10.0.0.1'), notReadyAddresses: at('10.0.0.2'), ports: [http] }],
    ['IPv4 80: 10.0.0.1 10.0.0.2!'],
  ],
  [
    'a slice for each list of ports',
    [
      { addresses: at('10.0.0.1'), ports: [http] },
      { addresses: at('10.0.0.2'), ports: [http, https] },
    ],
    ['IPv4 80: 10.0.0.1', 'IPv4 80,443: 10.0.0.2'],
  ],
  [
    'the same ports share one',
    [
      { addresses: at('10.0.0.1'), ports: [https, http] },
      { addresses: at('10.0.0.2'), ports: [http, https] },
    ],
    ['IPv4 443,80: 10.0.0.1 10.0.0.2'],
  ],
  [
    'and one for each family of addresses',
    [{ addresses: at('10.0.0.1', '2001:db8::1'), ports: [http] }],
    ['IPv4 80: 10.0.0.1', 'IPv6 80: 2001:db8::1'],
  ],
  ['addresses without ports', [{ addresses: at('10.0.0.1') }], ['IPv4 : 10.0.0.1']],
];
for (const [name, subsets, want] of cases) {
  test(`mirrored: ${name}`, () => {
    const endpoints = byHand(subsets);
    const slices = settled({ endpoints });
    expect(slices.map(text)).toEqual(want);
    expect(actionsOf({ endpoints, slices })).toEqual([]);
  });
}

test('of a subset a thousand addresses are mirrored, and the rest is told of', () => {
  const endpoints = byHand([{ addresses: addresses(1003), ports: [http] }]);
  expect(actionsOf({ endpoints })[0]).toEqual({ kind: 'tell', invalid: 0, skipped: 3 });
  expect(settled({ endpoints })[0]!.endpoints).toHaveLength(1000);
});

test('what is no address is left out, and told of', () => {
  const endpoints = byHand([{ addresses: at('web', '10.0.0.1'), ports: [http] }]);
  expect(actionsOf({ endpoints })[0]).toEqual({ kind: 'tell', invalid: 1, skipped: 1 });
  expect(settled({ endpoints }).map(text)).toEqual(['IPv4 80: 10.0.0.1']);
});

test('a change is one write of the slice that there is', () => {
  const slices = settled({ endpoints: byHand([{ addresses: at('10.0.0.1'), ports: [http] }]) });
  const more = byHand([{ addresses: at('10.0.0.1', '10.0.0.2'), ports: [http] }]);
  expect(kinds(actionsOf({ endpoints: more, slices }))).toBe('update');
  const otherPorts = byHand([{ addresses: at('10.0.0.1'), ports: [https] }]);
  expect(kinds(actionsOf({ endpoints: otherPorts, slices }))).toBe('update');
  expect(settled({ endpoints: otherPorts, slices }).map(text)).toEqual(['IPv4 443: 10.0.0.1']);
  const labelled = byHand([{ addresses: at('10.0.0.1'), ports: [http] }], { labels: { a: 'b' } });
  expect(kinds(actionsOf({ endpoints: labelled, slices }))).toBe('update');
});

test('a slice of addresses of another family is not made of an old one', () => {
  const slices = settled({ endpoints: byHand([{ addresses: at('10.0.0.1'), ports: [http] }]) });
  const endpoints = byHand([{ addresses: at('2001:db8::1'), ports: [http] }]);
  expect(kinds(actionsOf({ endpoints, slices }))).toBe('create delete');
});

test('without Endpoints that are to be mirrored there are no slices', () => {
  const slices = settled({ endpoints: byHand([{ addresses: at('10.0.0.1'), ports: [http] }]) });
  expect(kinds(actionsOf({ slices }))).toBe('delete');
});
