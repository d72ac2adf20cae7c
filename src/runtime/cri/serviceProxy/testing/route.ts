import type { ServiceRoute } from '../../../serviceRoutes.ts';

/** A service of the cluster alone; the first of its endpoints is on this host. */
export const routeTo = (name: string, ...endpoints: readonly [string, ...string[]]): ServiceRoute => ({
  name,
  protocol: 'TCP',
  clusterIP: '10.96.1.1',
  port: 80,
  nodePort: undefined,
  externalIPs: [],
  loadBalancer: { addresses: [], sourceRanges: [] },
  endpoints,
  localEndpoints: [endpoints[0]],
  isInternalLocal: false,
  isExternalLocal: false,
  affinitySeconds: undefined,
});
