import type { ClusterNames } from '../dns/clusterNames.ts';
import type { ServiceCaches } from '../nodeSources.ts';
import { serviceOf } from './serviceEndpoints.ts';

const BY_SERVICE = 'service';
const BY_ADDRESS = 'address';
const BY_NAMESPACE = 'metadata.namespace';

/** The names of the cluster, looked up in caches by what is asked for. */
export function clusterNames({ services, slices }: ServiceCaches): ClusterNames {
  services
    .addIndex(BY_NAMESPACE, ({ metadata }) => [metadata.namespace ?? ''])
    .addIndex(BY_ADDRESS, ({ spec }) => spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : []));
  slices
    .addIndex(BY_SERVICE, (slice) => [serviceOf(slice)])
    .addIndex(BY_ADDRESS, ({ endpoints = [] }) => endpoints.flatMap(({ addresses }) => addresses));
  return {
    isComplete: () => services.hasSynced && slices.hasSynced,
    service: (namespace, name) => services.get(`${namespace}/${name}`),
    slices: (namespace, service) => slices.byIndex(BY_SERVICE, `${namespace}/${service}`),
    hasNamespace: (namespace) => services.byIndex(BY_NAMESPACE, namespace).length > 0,
    servicesAt: (address) => services.byIndex(BY_ADDRESS, address),
    slicesAt: (address) => slices.byIndex(BY_ADDRESS, address),
  };
}
