import type { EndpointSlice, Service } from '../../generated/types.ts';

/** What the cluster's DNS knows of the cluster. */
export interface ClusterNames {
  /** Not before all has been heard once: until then what seems not to be there may be. */
  isComplete(): boolean;
  service(namespace: string, name: string): Service | undefined;
  slices(namespace: string, service: string): readonly EndpointSlice[];
  /** Whether anything has a name in that namespace. */
  hasNamespace(namespace: string): boolean;
  servicesAt(address: string): readonly Service[];
  slicesAt(address: string): readonly EndpointSlice[];
}
