import type { EndpointSlice, Service } from '../../../generated/types.ts';
import { anEndpoint, aService, aSlice } from '../../services/testing/serviceObjects.ts';
import type { ClusterNames } from '../clusterNames.ts';

const HTTP = { name: 'http', port: 80, protocol: 'TCP' };

/** One of each kind, all in the namespace `default`. */
const SERVICES: Service[] = [
  aService({ clusterIPs: ['10.96.1.1'], ports: [HTTP, { name: 'dns', port: 53, protocol: 'UDP' }] }, 'web'),
  aService({ clusterIP: 'None', clusterIPs: ['None'], ports: [HTTP] }, 'peers'),
  aService({ clusterIP: 'None', publishNotReadyAddresses: true, ports: [] }, 'early'),
  aService({ clusterIP: 'None' }, 'empty'),
  aService({ type: 'ExternalName', clusterIP: '', externalName: 'Example.COM' }, 'outside'),
  aService({ type: 'ExternalName', clusterIP: '', externalName: 'web.default.svc.cluster.local' }, 'alias'),
  aService({ type: 'ExternalName', clusterIP: '', externalName: 'ring.default.svc.cluster.local' }, 'ring'),
];

const PORTS = [{ name: 'http', port: 8080, protocol: 'TCP' }];
const SLICES: EndpointSlice[] = [
  aSlice([anEndpoint('10.244.1.9', 'named')], { ports: PORTS }, 'web'),
  aSlice(
    [
      anEndpoint('10.244.1.2 node01', 'peer-0'),
      anEndpoint('10.244.2.3 node02'),
      anEndpoint('10.244.2.4 node02 unready', 'peer-2'),
      anEndpoint('10.244.2.5 node02 ending', 'peer-3'),
    ],
    { ports: PORTS },
    'peers',
  ),
  aSlice([anEndpoint('10.244.1.7 node01 unready', 'first')], { ports: [] }, 'early'),
  aSlice([anEndpoint('10.244.1.8 node01 unready')], {}, 'empty'),
];

const isIn = ({ metadata }: EndpointSlice, service: string): boolean =>
  metadata.labels?.['kubernetes.io/service-name'] === service;

export const knownNames: ClusterNames = {
  isComplete: () => true,
  service: (namespace, name) =>
    SERVICES.find(({ metadata }) => metadata.namespace === namespace && metadata.name === name),
  slices: (_, service) => SLICES.filter((slice) => isIn(slice, service)),
  hasNamespace: (namespace) => namespace === 'default',
  servicesAt: (address) => SERVICES.filter(({ spec }) => spec.clusterIPs?.includes(address)),
  slicesAt: (address) =>
    SLICES.filter(({ endpoints = [] }) => endpoints.some(({ addresses }) => addresses.includes(address))),
};
