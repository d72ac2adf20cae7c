import { goQuoted } from '../../apimachinery/goText.ts';
import type { ContainerPort, PodSpec } from '../../generated/types.ts';
import { allContainers } from './containers.ts';

interface PlacedPort {
  readonly port: ContainerPort;
  readonly path: string;
}

/** Ports of a pod's containers that are in each other's way. */
export function* portWarnings(spec: PodSpec, field: string): Generator<string> {
  const seen = new Map<string, PlacedPort[]>();
  for (const placed of allPorts(spec, field)) {
    const { port, path } = placed;
    if (port.hostIP && !port.hostPort) yield `${path}: hostIP set without hostPort: ${inWords(port)}`;
    const key = `${port.containerPort}/${port.protocol}`;
    const others = seen.get(key) ?? [];
    for (const other of others) {
      const kind = overlap(port, other.port);
      if (kind) yield `${path}: ${kind} port definition with ${other.path}`;
    }
    others.push(placed);
    seen.set(key, others);
  }
  yield* nameWarnings(allPorts(spec, field));
}

function* allPorts(spec: PodSpec, field: string): Generator<PlacedPort> {
  for (const { container, field: path } of allContainers(spec, field))
    for (const [index, port] of (container.ports ?? []).entries())
      yield { port, path: `${path}.ports[${index}]` };
}

/** As Go prints the structure. */
const inWords = ({ name = '', hostPort = 0, containerPort, protocol = '', hostIP = '' }: ContainerPort) =>
  `{Name:${name} HostPort:${hostPort} ContainerPort:${containerPort} Protocol:${protocol} HostIP:${hostIP}}`;

/** Of ports of one number and one protocol. */
function overlap(a: ContainerPort, b: ContainerPort): string | undefined {
  const [ports, addresses] = [
    [a.hostPort ?? 0, b.hostPort ?? 0],
    [a.hostIP ?? '', b.hostIP ?? ''],
  ];
  const samePort = ports[0] === ports[1];
  if (samePort && addresses[0] === addresses[1]) return 'duplicate';
  if (ports.includes(0)) return 'overlapping';
  return samePort && addresses.includes('') ? 'dangerously ambiguous' : undefined;
}

/** Within one container a name that comes twice is an error. */
function* nameWarnings(ports: Iterable<PlacedPort>): Generator<string> {
  const first = new Map<string, string>();
  for (const { port, path } of ports) {
    if (!port.name) continue;
    const other = first.get(port.name);
    if (other === undefined) first.set(port.name, path);
    else
      yield `${path}: duplicate port name ${goQuoted(port.name)} with ${other}, services and probes that select ports by name will use ${other}`;
  }
}
