import { immutableField } from '../apimachinery/metaValidation.ts';
import { dns1123Label } from '../apimachinery/nameRules.ts';
import type { Service, ServicePort } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { labelsText, NONE } from './columns/selectorText.ts';
import { Services } from './kinds.ts';
import { namedBy } from './namedBy.ts';
import type { Column, Resource } from './resource.ts';
import { validateService } from './serviceValidation.ts';

function setDefaults(service: Service): void {
  service.spec ??= {};
  const { spec } = service;
  spec.sessionAffinity ||= 'None';
  spec.type ||= 'ClusterIP';
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ||= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP';
    port.targetPort ||= port.port;
  }
}

function externalAddressText({ spec, status }: Service): string {
  const ingress = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => ip || hostname || '');
  const addresses = [...new Set([...ingress, ...(spec.externalIPs ?? [])])].filter(
    (address) => address !== '',
  );
  switch (spec.type) {
    case 'ExternalName':
      return spec.externalName ?? '';
    case 'LoadBalancer':
      return addresses.join(',') || '<pending>';
    default:
      return spec.externalIPs?.join(',') || NONE;
  }
}

const portText = ({ port, nodePort, protocol }: ServicePort): string =>
  nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`;

const column = (name: string, description: string, cell: (service: Service) => string): Column<Service> => ({
  name,
  type: 'string',
  description,
  cell,
});

/** It has an address, which the API server hands out; nodes with real containers lead from there to pods. */
export const services: Resource<Service> = {
  ...Services,
  singular: 'service',
  shortNames: ['svc'],
  categories: ['all'],
  subresources: { status: true },
  createOnUpdate: true,
  // Since 1.36 it may begin with a digit (RelaxedServiceNameValidation).
  nameProblems: namedBy(dns1123Label),

  setDefaults,
  prepareCreate(service) {
    service.status = { loadBalancer: {} };
  },
  validate: validateService,
  validateUpdate: (next, stored) => [
    ...validateService(next),
    ...(stored.spec.clusterIP && stored.spec.type !== 'ExternalName' && next.spec.type !== 'ExternalName'
      ? immutableField('spec.clusterIP', next.spec.clusterIP, stored.spec.clusterIP)
      : []),
  ],

  columns: [
    nameColumn,
    column('Type', 'How it can be reached.', ({ spec }) => spec.type ?? ''),
    column('Cluster-IP', 'Its address inside the cluster.', ({ spec }) => spec.clusterIP || NONE),
    column('External-IP', 'Its addresses from outside.', externalAddressText),
    column('Port(s)', 'The ports it offers.', ({ spec }) => spec.ports?.map(portText).join(',') || NONE),
    ageColumn,
    { ...column('Selector', 'Which pods serve it.', ({ spec }) => labelsText(spec.selector)), priority: 1 },
  ],
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
};
