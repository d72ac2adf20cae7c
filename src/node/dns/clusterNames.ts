import type { EndpointSlice, Service } from '../../generated/types.ts';

/** What the cluster's DNS knows of the cluster. */
export interface ClusterNames {
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): readonly EndpointSlice[];
  /** Whether anything has a name in that namespace. */
  hasNamespace(namespace: string): boolean;
  servicesAt(address: string): readonly Service[];
  slicesAt(address: string): readonly EndpointSlice[];
}
