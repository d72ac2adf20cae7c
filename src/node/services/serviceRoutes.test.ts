import { expect, test } from 'vitest';
import type { Endpoint, EndpointSlice, Service } from '../../generated/types.ts';
import type { ServiceRoute } from '../../runtime/serviceRoutes.ts';
import { serviceRoutes } from './serviceRoutes.ts';
import { anEndpoint, aService, aSlice } from './testing/serviceObjects.ts';

const routesOf = (services: Service[], slices: EndpointSlice[] = []): ServiceRoute[] =>
  serviceRoutes({
    services,
    slices,
    here: { nodes: new Set(['node01']), zones: new Set(['east']) },
    except: new Set(['default/kubernetes']),
  });

/** On a node of nobody's, with hints. */
const hinted = (address: string, hints: { forNodes?: string[]; forZones?: string[] }): Endpoint => ({
  ...anEndpoint(`${address} elsewhere`),
  hints: {
    ...(hints.forNodes && { forNodes: hints.forNodes.map((name) => ({ name })) }),
    ...(hints.forZones && { forZones: hints.forZones.map((name) => ({ name })) }),
  },
});

const endpoints: Record<string, { slices: EndpointSlice[]; all: string[]; local?: string[] }> = {
  'ready ones of all slices, in order and each once': {
    slices: [
      aSlice(['10.244.2.3 node02', '10.244.1.2'].map((text) => anEndpoint(text))),
      aSlice([anEndpoint('10.244.2.3 node02')]),
    ],
    all: ['10.244.1.2:8080', '10.244.2.3:8080'],
    local: ['10.244.1.2:8080'],
  },
  'those of another port name are not its own': {
    slices: [aSlice([anEndpoint('10.244.1.2')], { ports: [{ name: 'admin', port: 9000, protocol: 'TCP' }] })],
    all: [],
  },
  'those of another protocol are not its own': {
    slices: [aSlice([anEndpoint('10.244.1.2')], { ports: [{ port: 8080, protocol: 'UDP' }] })],
    all: [],
  },
  'those of another service are not its own': {
    slices: [aSlice([anEndpoint('10.244.1.2')], {}, 'other')],
    all: [],
  },
  'those of IPv6 are not reached': {
    slices: [aSlice([anEndpoint('fd00::2')], { addressType: 'IPv6' })],
    all: [],
  },
  'none that is not ready': { slices: [aSlice([anEndpoint('10.244.1.2 node01 unready')])], all: [] },
  'none that ends, as long as one is ready': {
    slices: [aSlice([anEndpoint('10.244.1.2 node01 ending'), anEndpoint('10.244.1.3 node02')])],
    all: ['10.244.1.3:8080'],
    // Who comes in here and must stay here has nowhere better to go.
    local: ['10.244.1.2:8080'],
  },
  'the one that ends and still serves, when none is ready': {
    slices: [aSlice([anEndpoint('10.244.1.2 node01 ending'), anEndpoint('10.244.1.3 node01 gone')])],
    all: ['10.244.1.2:8080'],
    local: ['10.244.1.2:8080'],
  },
  'an endpoint that says nothing is ready': {
    slices: [aSlice([{ addresses: ['10.244.1.2'] }])],
    all: ['10.244.1.2:8080'],
  },
  'those that are meant for this node, where all are for some': {
    slices: [
      aSlice([
        hinted('10.244.1.2', { forNodes: ['node01'] }),
        hinted('10.244.2.3', { forNodes: ['node02'] }),
      ]),
    ],
    all: ['10.244.1.2:8080'],
  },
  'those that are meant for this zone, where none is for this node': {
    slices: [
      aSlice([
        hinted('10.244.1.2', { forNodes: ['node03'], forZones: ['east'] }),
        hinted('10.244.2.3', { forNodes: ['node02'], forZones: ['west'] }),
      ]),
    ],
    all: ['10.244.1.2:8080'],
  },
  'all, where one is meant for nobody': {
    slices: [aSlice([hinted('10.244.1.2', { forZones: ['east'] }), hinted('10.244.2.3', {})])],
    all: ['10.244.1.2:8080', '10.244.2.3:8080'],
  },
  'all, where all are meant for others': {
    slices: [
      aSlice([hinted('10.244.1.2', { forZones: ['west'] }), hinted('10.244.2.3', { forZones: ['west'] })]),
    ],
    all: ['10.244.1.2:8080', '10.244.2.3:8080'],
  },
  'what is no address is left out': { slices: [aSlice([anEndpoint('evil')])], all: [] },
};
for (const [name, { slices, all, local = [] }] of Object.entries(endpoints))
  test(`endpoints of a service: ${name}`, () => {
    expect(routesOf([aService()], slices)).toMatchObject([{ endpoints: all, localEndpoints: local }]);
  });

const without: Record<string, Service> = {
  'a headless service': aService({ clusterIP: 'None' }),
  'a name for another name': aService({ type: 'ExternalName', externalName: 'example.com' }),
  'a service without an address yet': aService({ clusterIP: '' }),
  'a service whose address is none': aService({ clusterIP: '10.96.0.1\n-A INPUT -j ACCEPT' }),
  'the service of the API': aService({}, 'kubernetes'),
  'a service of another proxy': {
    ...aService(),
    metadata: {
      name: 'web',
      namespace: 'default',
      labels: { 'service.kubernetes.io/service-proxy-name': 'x' },
    },
  },
};
for (const [name, service] of Object.entries(without))
  test(`there is no way to ${name}`, () => {
    expect(routesOf([service])).toEqual([]);
  });

test('each port of a service has its own way, by its name', () => {
  const ports = [
    { name: 'http', port: 80 },
    { name: 'dns', port: 53, protocol: 'UDP' },
  ];
  expect(
    routesOf([aService({ ports })]).map(({ name, protocol, port }) => `${name} ${protocol} ${port}`),
  ).toEqual(['default/web:dns UDP 53', 'default/web:http TCP 80']);
});

test('a service says from where it is reached, and how', () => {
  const service = aService({
    type: 'LoadBalancer',
    ports: [{ port: 80, nodePort: 30_080 }],
    externalIPs: ['192.0.2.1', '::1', 'x'],
    loadBalancerSourceRanges: ['198.51.100.0/24', ' 203.0.113.0/24', '0.0.0.0/99', 'x'],
    sessionAffinity: 'ClientIP',
    internalTrafficPolicy: 'Local',
    externalTrafficPolicy: 'Local',
  });
  service.status = {
    loadBalancer: {
      ingress: [{ ip: '192.0.2.2' }, { ip: '192.0.2.3', ipMode: 'Proxy' }, { hostname: 'lb' }],
    },
  };
  expect(routesOf([service])).toMatchObject([
    {
      nodePort: 30_080,
      externalIPs: ['192.0.2.1'],
      loadBalancer: { addresses: ['192.0.2.2'], sourceRanges: ['198.51.100.0/24', '203.0.113.0/24'] },
      isInternalLocal: true,
      isExternalLocal: true,
      affinitySeconds: 10_800,
    },
  ]);
});

const ports: Record<string, [type: string, nodePort: number, want: number | undefined]> = {
  'is led to': ['NodePort', 30_080, 30_080],
  'of a service that is for the cluster only is not': ['ClusterIP', 30_080, undefined],
  'that is no port is not': ['NodePort', 99_999, undefined],
};
for (const [name, [type, nodePort, want]] of Object.entries(ports))
  test(`a port of the node ${name}`, () => {
    expect(routesOf([aService({ type, ports: [{ port: 80, nodePort }] })])[0]?.nodePort).toBe(want);
  });
