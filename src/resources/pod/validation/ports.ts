import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../../../apimachinery/fieldErrors.ts';
import { portName, portNumber } from '../../../apimachinery/nameRules.ts';
import type { Container, ContainerPort, IntOrString } from '../../../generated/types.ts';
import { checkNamed } from '../../checks.ts';

const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

export function checkPorts(
  errors: FieldError[],
  field: string,
  ports: readonly ContainerPort[] | undefined,
): void {
  if (!ports) return;
  const names = new Set<string>();
  for (const [index, port] of ports.entries()) {
    const path = `${field}[${index}]`;
    if (port.name) checkUniqueName(errors, `${path}.name`, port.name, names);
    if (!port.containerPort) errors.push(required(`${path}.containerPort`));
    else checkPortNumber(errors, `${path}.containerPort`, port.containerPort);
    if (port.hostPort) checkPortNumber(errors, `${path}.hostPort`, port.hostPort);
    if (!port.protocol) errors.push(required(`${path}.protocol`));
    else if (!PROTOCOLS.includes(port.protocol)) {
      errors.push(notSupported(`${path}.protocol`, port.protocol, PROTOCOLS));
    }
  }
}

function checkUniqueName(errors: FieldError[], field: string, name: string, names: Set<string>): void {
  const problems = portName(name);
  for (const problem of problems) errors.push(invalidValue(field, name, problem));
  if (problems.length > 0) return;
  if (names.has(name)) errors.push(duplicate(field, name));
  names.add(name);
}

export function checkPortNumber(errors: FieldError[], field: string, port: number): void {
  for (const problem of portNumber(port)) errors.push(invalidValue(field, port, problem));
}

/** A port of a probe: its number, or its name in the container. */
export function checkPortNumberOrName(
  errors: FieldError[],
  field: string,
  port: IntOrString | undefined,
): void {
  if (typeof port === 'string') checkNamed(errors, field, port, portName);
  else checkPortNumber(errors, field, port ?? 0);
}

/** No two containers may take the same port of the host. */
export function checkHostPortConflicts(
  errors: FieldError[],
  field: string,
  containers: readonly Container[],
): void {
  let taken: Set<string> | undefined;
  for (const [index, { ports }] of containers.entries()) {
    for (const [at, { protocol, hostIP = '', hostPort }] of (ports ?? []).entries()) {
      if (!hostPort) continue;
      taken ??= new Set();
      const key = `${protocol}/${hostIP}/${hostPort}`;
      if (taken.has(key)) errors.push(duplicate(`${field}[${index}].ports[${at}].hostPort`, key));
      taken.add(key);
    }
  }
}

/** In the host's network a port cannot be mapped to another; in a template it may still be open. */
export function checkHostNetworkPorts(
  errors: FieldError[],
  field: string,
  containers: readonly Container[],
  isPod: boolean,
): void {
  for (const [index, { ports }] of containers.entries()) {
    for (const [at, { hostPort = 0, containerPort }] of (ports ?? []).entries()) {
      if (hostPort === containerPort || (hostPort === 0 && !isPod)) continue;
      errors.push(
        invalidValue(
          `${field}[${index}].ports[${at}].hostPort`,
          hostPort,
          'must match `containerPort` when `hostNetwork` is true',
        ),
      );
    }
  }
}
