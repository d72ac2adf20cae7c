import type { Pod } from '../generated/types.ts';
import { isSidecar } from '../resources/pod/containers.ts';

/** A port of the node that a container takes for itself. */
export interface HostPort {
  readonly ip: string;
  readonly protocol: string;
  readonly port: number;
}

const ANY_ADDRESS = '0.0.0.0';
const NO_PORTS: readonly HostPort[] = [];

/** The node's ports that a pod wants: those of its containers and sidecars. */
export function hostPortsOf({ spec }: Pod): readonly HostPort[] {
  const staying = [...(spec.initContainers ?? []).filter(isSidecar), ...spec.containers];
  const ports = staying.flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort !== undefined && hostPort > 0)
      .map(({ hostIP, protocol, hostPort }) => ({
        ip: hostIP || ANY_ADDRESS,
        protocol: protocol || 'TCP',
        port: hostPort!,
      })),
  );
  return ports.length > 0 ? ports : NO_PORTS;
}

/** The same port of one address is taken once; 0.0.0.0 stands for all addresses. */
export const portsConflict = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port &&
  a.protocol === b.protocol &&
  (a.ip === b.ip || a.ip === ANY_ADDRESS || b.ip === ANY_ADDRESS);
