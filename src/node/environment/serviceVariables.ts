import type { Service } from '../../generated/types.ts';

type Variable = readonly [name: string, value: string];

/** Variables that tell of the services of a pod's namespace, as upstream sets them. Headless services have none. */
export function serviceVariables(services: readonly Service[]): Variable[] {
  return services.flatMap((service) => {
    const { clusterIP, ports = [] } = service.spec ?? {};
    return clusterIP && clusterIP !== 'None' && ports.length > 0 ? variablesOf(service, clusterIP) : [];
  });
}

function variablesOf({ metadata, spec }: Service, address: string): Variable[] {
  const prefix = (metadata.name ?? '').toUpperCase().replaceAll('-', '_');
  const ports = spec?.ports ?? [];
  const first = ports[0]!;
  return [
    [`${prefix}_SERVICE_HOST`, address],
    [`${prefix}_SERVICE_PORT`, String(first.port)],
    ...ports.flatMap(({ name, port }): Variable[] =>
      name ? [[`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`, String(port)]] : [],
    ),
    [`${prefix}_PORT`, `${(first.protocol ?? 'TCP').toLowerCase()}://${address}:${first.port}`],
    ...ports.flatMap(({ port, protocol = 'TCP' }) => linkVariables(prefix, address, port, protocol)),
  ];
}

/** As Docker's links had them. */
function linkVariables(prefix: string, address: string, port: number, protocol: string): Variable[] {
  const name = `${prefix}_PORT_${port}_${protocol}`;
  return [
    [name, `${protocol.toLowerCase()}://${address}:${port}`],
    [`${name}_PROTO`, protocol.toLowerCase()],
    [`${name}_PORT`, String(port)],
    [`${name}_ADDR`, address],
  ];
}
