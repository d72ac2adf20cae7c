import type { DiscoveryV1EndpointPort } from '../../generated/types.ts';

/** Equal for the same ports in whatever order. */
export const portsKey = (ports: readonly DiscoveryV1EndpointPort[] | undefined): string =>
  (ports ?? [])
    .map(({ name, port, protocol, appProtocol }) =>
      [name ?? '', port ?? '', protocol ?? 'TCP', appProtocol ?? ''].join('\0'),
    )
    .sort()
    .join('\n');
