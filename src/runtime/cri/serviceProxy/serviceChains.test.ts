import { expect, test } from 'vitest';
import type { ServiceRoute } from '../../serviceRoutes.ts';
import { shortHash, signsOfCluster } from './chainNames.ts';
import { serviceChains } from './serviceChains.ts';
import { routeTo } from './testing/route.ts';

const PLACE = { bridge: 'sampan0', clusterCIDR: '10.244.0.0/14', unseenRange: undefined };
const { mark: MARK } = signsOfCluster('sampan0', 'c');
const ROUTE = routeTo('default/web', '10.244.1.2:8080', '10.244.2.3:8080');

/** Names of chains without what is the same of all, and endpoints by the last number of their address. */
function plain(text: string): string {
  const byHash = new Map(
    ['10.244.1.2:8080', '10.244.2.3:8080'].map((target) => [
      shortHash(`${ROUTE.name} ${ROUTE.protocol} ${target}`, 10),
      target.slice(-6, -5),
    ]),
  );
  return text
    .replaceAll(/SAMPAN-[a-z2-7]{6}-/g, '')
    .replaceAll(/(SVC|LOC|EXT)-[a-z2-7]{10}/g, '$1')
    .replaceAll(/TO-([a-z2-7]{10})/g, (_, hash) => `TO-${byHash.get(hash)}`)
    .replaceAll(' -m comment --comment default/web', '')
    .replaceAll('-p tcp -m tcp --dport', 'port');
}

/** All rules that the route adds to a table, but those that are always there. */
function rules(change: Partial<ServiceRoute>, table: 'nat' | 'filter' | 'mangle' = 'nat'): string[] {
  const chains = serviceChains({ cluster: 'c', routes: [{ ...ROUTE, ...change }] }, PLACE)[table];
  return [...chains]
    .flatMap(([chain, own]) => own.map((rule) => plain(`${chain} ${rule}`)))
    .filter((rule) => !/^(PREROUTING|OUTPUT|POSTROUTING|INPUT|FORWARD|MARK|LEAVE|TO) /.test(rule))
    .filter(
      (rule) => !rule.startsWith('TO-') && rule !== 'SERVICES -m addrtype --dst-type LOCAL -j NODEPORTS',
    );
}

const CLUSTER_ENTRIES = [
  'SERVICES ! -s 10.244.0.0/14 -d 10.96.1.1/32 port 80 -j MARK',
  'SERVICES -d 10.96.1.1/32 port 80 -j SVC',
];
const TO_ALL = ['SVC -m statistic --mode random --probability 0.5000000000 -j TO-2', 'SVC -j TO-3'];
const OUTSIDE = ['EXT -j MARK', 'EXT -j SVC'];
const OUTSIDE_TO_HERE = [
  'EXT -s 10.244.0.0/14 -j SVC',
  'EXT -m addrtype --src-type LOCAL -j MARK',
  'EXT -m addrtype --src-type LOCAL -j SVC',
];

const nat: Record<string, [Partial<ServiceRoute>, string[]]> = {
  "connections to a service's address go to one of its endpoints by chance": [
    {},
    [...CLUSTER_ENTRIES, ...TO_ALL],
  ],
  'a client stays with the endpoint that it had': [
    { affinitySeconds: 60, endpoints: ['10.244.1.2:8080'] },
    [
      ...CLUSTER_ENTRIES,
      expect.stringMatching(/^SVC -m recent --name TO-2 --rcheck --seconds 60 --reap -j TO-2$/),
      'SVC -j TO-2',
    ],
  ],
  'of a service that nobody serves nothing leads on': [{ endpoints: [], localEndpoints: [] }, []],
  'inner connections stay on the host where that is asked for': [
    { isInternalLocal: true },
    [
      'SERVICES ! -s 10.244.0.0/14 -d 10.96.1.1/32 port 80 -j MARK',
      'SERVICES -d 10.96.1.1/32 port 80 -j LOC',
      'LOC -j TO-2',
    ],
  ],
  'inner connections that must stay on the host lead nowhere where nobody serves there': [
    { isInternalLocal: true, localEndpoints: [] },
    [],
  ],
  'external addresses lead to all endpoints, with the address of the host as sender': [
    { externalIPs: ['192.0.2.1'] },
    [...CLUSTER_ENTRIES, 'SERVICES -d 192.0.2.1/32 port 80 -j EXT', ...OUTSIDE, ...TO_ALL],
  ],
  'addresses of a load balancer are for those whom it lets in': [
    { loadBalancer: { addresses: ['192.0.2.2'], sourceRanges: ['198.51.100.0/24'] } },
    [...CLUSTER_ENTRIES, 'SERVICES -s 198.51.100.0/24 -d 192.0.2.2/32 port 80 -j EXT', ...OUTSIDE, ...TO_ALL],
  ],
  'a port of the node leads to all endpoints, from the loopback only to those of this host': [
    { nodePort: 30_080 },
    [
      ...CLUSTER_ENTRIES,
      'NODEPORTS -d 127.0.0.0/8 port 30080 -j MARK',
      'NODEPORTS -d 127.0.0.0/8 port 30080 -j LOC',
      'NODEPORTS port 30080 -j EXT',
      ...OUTSIDE,
      ...TO_ALL,
      'LOC -j TO-2',
    ],
  ],
  'where all endpoints are on this host the loopback is as any other address': [
    { nodePort: 30_080, endpoints: ['10.244.1.2:8080'] },
    [...CLUSTER_ENTRIES, 'NODEPORTS port 30080 -j EXT', ...OUTSIDE, 'SVC -j TO-2'],
  ],
  'connections from outside stay on the host where that is asked for, and show who sends': [
    { externalIPs: ['192.0.2.1'], isExternalLocal: true },
    [
      ...CLUSTER_ENTRIES,
      'SERVICES -d 192.0.2.1/32 port 80 -j EXT',
      ...OUTSIDE_TO_HERE,
      'EXT -j LOC',
      ...TO_ALL,
      'LOC -j TO-2',
    ],
  ],
  'those that must stay here lead nowhere where nobody serves here; pods are led on': [
    { externalIPs: ['192.0.2.1'], isExternalLocal: true, localEndpoints: [] },
    [...CLUSTER_ENTRIES, 'SERVICES -d 192.0.2.1/32 port 80 -j EXT', ...OUTSIDE_TO_HERE, ...TO_ALL],
  ],
};
for (const [name, [change, want]] of Object.entries(nat))
  test(name, () => {
    expect(rules(change)).toEqual(want);
  });

const ALWAYS = [
  'FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT',
  'FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT',
];
const refused: Record<string, [Partial<ServiceRoute>, string[]]> = {
  'a service that is served': [{ nodePort: 30_080 }, []],
  'a service that nobody serves': [
    { nodePort: 30_080, externalIPs: ['192.0.2.1'], endpoints: [], localEndpoints: [] },
    [
      'REFUSE -d 10.96.1.1/32 port 80 -j REJECT',
      'REFUSE -d 192.0.2.1/32 port 80 -j REJECT',
      'REFUSE -m addrtype --dst-type LOCAL port 30080 -j REJECT',
    ],
  ],
  'outer connections that must stay here, where it is served elsewhere only': [
    { nodePort: 30_080, isExternalLocal: true, localEndpoints: [] },
    ['REFUSE -m addrtype --dst-type LOCAL port 30080 -j DROP'],
  ],
  'inner connections that must stay here, where it is served elsewhere only': [
    { isInternalLocal: true, localEndpoints: [] },
    ['REFUSE -d 10.96.1.1/32 port 80 -j DROP'],
  ],
};
for (const [name, [change, want]] of Object.entries(refused))
  test(`what is refused of ${name}`, () => {
    const filter = [...serviceChains({ cluster: 'c', routes: [{ ...ROUTE, ...change }] }, PLACE).filter]
      .flatMap(([chain, own]) => own.map((rule) => plain(`${chain} ${rule}`)))
      .filter((rule) => !rule.includes(MARK));
    expect(filter.filter((rule) => !ALWAYS.includes(rule))).toEqual(want);
  });

test('an endpoint that calls itself by the service does not see itself as the caller', () => {
  const { nat: chains } = serviceChains({ cluster: 'c', routes: [ROUTE] }, PLACE);
  const own = [...chains].filter(([chain]) => chain.includes('-TO-')).map(([, list]) => list.map(plain));
  expect(own[0]).toEqual([
    '-s 10.244.1.2/32 -j MARK',
    '-p tcp -m tcp -j DNAT --to-destination 10.244.1.2:8080',
  ]);
});

test('where the kernel does not see what pods send each other, answers go by the host', () => {
  const place = { ...PLACE, unseenRange: '10.244.1.0/24' };
  const { nat: chains } = serviceChains({ cluster: 'c', routes: [ROUTE] }, place);
  const leave = [...chains].find(([chain]) => chain.endsWith('LEAVE'))?.[1];
  expect(leave?.[0]).toBe('-s 10.244.1.0/24 -d 10.244.1.0/24 -m conntrack --ctstate DNAT -j MASQUERADE');
});

test('pods reach nothing of the loopback where ports of the node are led from there', () => {
  const guard = (change: Partial<ServiceRoute>) =>
    serviceChains({ cluster: 'c', routes: [{ ...ROUTE, ...change }] }, PLACE).mangle.get('PREROUTING');
  expect(guard({})).toBeUndefined();
  expect(guard({ nodePort: 30_080 })).toEqual([
    `-i sampan0 -d 127.0.0.0/8 -m comment --comment ${MARK} -j DROP`,
  ]);
});

test('nothing at all is made where there are no services', () => {
  const { nat: ofNat, filter, mangle } = serviceChains({ cluster: 'c', routes: [] }, PLACE);
  expect([ofNat.size, filter.size, mangle.size]).toEqual([0, 0, 0]);
});

test('no name of a chain is too long for the kernel, and two clusters of a host share none', () => {
  const named = (cluster: string) =>
    [...serviceChains({ cluster, routes: [{ ...ROUTE, nodePort: 30_080 }] }, PLACE).nat.keys()].filter(
      (name) => name.startsWith('SAMPAN-'),
    );
  expect(Math.max(...named('a').map(({ length }) => length))).toBeLessThanOrEqual(28);
  expect(named('a').filter((name) => named('b').includes(name))).toEqual([]);
});
