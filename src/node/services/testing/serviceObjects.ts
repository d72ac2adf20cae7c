import type { Endpoint, EndpointSlice, Service, ServiceSpec } from '../../../generated/types.ts';

/** `default/web` with a port 80 at 10.96.1.1, but for what is given. */
export const aService = (spec: Partial<ServiceSpec> = {}, name = 'web', namespace = 'default'): Service => ({
  metadata: { name, namespace },
  spec: { type: 'ClusterIP', clusterIP: '10.96.1.1', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
});

/** A slice of `default/web` with a port 8080 of that name. */
export const aSlice = (
  endpoints: Endpoint[],
  rest: Partial<EndpointSlice> = {},
  of = 'web',
): EndpointSlice => ({
  metadata: { name: `${of}-abc`, namespace: 'default', labels: { 'kubernetes.io/service-name': of } },
  addressType: 'IPv4',
  ports: [{ name: '', port: 8080, protocol: 'TCP' }],
  endpoints,
  ...rest,
});

/** `10.244.1.2`, or with what it is else: `10.244.1.2 node02 unready`, `… ending` (and still serving), `… gone`. */
export function anEndpoint(text: string, hostname?: string): Endpoint {
  const [address = '', nodeName = 'node01', state = 'ready'] = text.split(' ');
  return {
    addresses: [address],
    nodeName,
    conditions: {
      ready: state === 'ready',
      serving: state === 'ready' || state === 'ending',
      terminating: state === 'ending' || state === 'gone',
    },
    ...(hostname && { hostname }),
  };
}
