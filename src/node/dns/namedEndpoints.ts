import type { DiscoveryV1EndpointPort, EndpointSlice, Service } from '../../generated/types.ts';

export interface NamedEndpoint {
  /** Its own below the service, or one made of its address. */
  readonly hostname: string;
  readonly address: string;
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[];
}

/** The endpoints of a service that have names: those that are ready, or all where the service wants it so. */
export function namedEndpoints({ spec }: Service, slices: readonly EndpointSlice[]): NamedEndpoint[] {
  return slices.flatMap(({ endpoints = [], ports = [], addressType }) =>
    addressType === 'FQDN'
      ? []
      : endpoints
          .filter(({ conditions }) => spec.publishNotReadyAddresses || (conditions?.ready ?? true))
          .flatMap(({ addresses, hostname }) =>
            addresses.slice(0, 1).map((address) => ({
              hostname: hostname || dashed(address),
              address,
              ports: ports.flatMap(numbered),
            })),
          ),
  );
}

const dashed = (address: string): string => address.replaceAll(/[.:]/g, '-');

const numbered = ({ name = '', protocol = 'TCP', port }: DiscoveryV1EndpointPort) =>
  port ? [{ name, protocol, port }] : [];
