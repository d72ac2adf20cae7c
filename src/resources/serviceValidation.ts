import {
  duplicate,
  type FieldError,
  invalidValue,
  notSupported,
  required,
} from '../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain, portName, portNumber } from '../apimachinery/nameRules.ts';
import { checkRule, validateLabels } from '../apimachinery/validation.ts';
import type { Service, ServicePort } from '../generated/types.ts';
import { checkPublicIp } from './endpointAddress.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const AFFINITIES = ['ClientIP', 'None'];

const isHeadless = ({ spec }: Service): boolean => spec.clusterIP === 'None';

/** What is wrong with a service as a record. */
export function validateService(service: Service): FieldError[] {
  const { spec } = service;
  return [
    ...validateLabels(spec.selector, 'spec.selector'),
    ...portsErrors(service),
    ...typeErrors(service),
    ...externalIpErrors(spec.externalIPs),
    ...(AFFINITIES.includes(spec.sessionAffinity ?? '')
      ? []
      : [notSupported('spec.sessionAffinity', spec.sessionAffinity ?? '', AFFINITIES)]),
  ];
}

function externalIpErrors(addresses: readonly string[] = []): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, address] of addresses.entries())
    checkPublicIp(errors, `spec.externalIPs[${index}]`, address);
  return errors;
}

function typeErrors({ spec: { type = '', externalName } }: Service): FieldError[] {
  if (!TYPES.includes(type)) return [notSupported('spec.type', type, TYPES)];
  if (type !== 'ExternalName') return [];
  return externalName
    ? checkRule('spec.externalName', externalName.replace(/\.$/, ''), dns1123Subdomain)
    : [required('spec.externalName')];
}

function portsErrors(service: Service): FieldError[] {
  const { ports = [], type } = service.spec;
  if (ports.length === 0) {
    return isHeadless(service) || type === 'ExternalName' ? [] : [required('spec.ports')];
  }
  const names = new Set<string>();
  const numbers = new Set<string>();
  return ports.flatMap((port, index) => {
    const field = `spec.ports[${index}]`;
    const number = `${port.protocol} ${port.port}`;
    const errors = portErrors(port, ports.length > 1, field);
    if (port.name && names.has(port.name)) errors.push(duplicate(`${field}.name`, port.name));
    if (numbers.has(number)) errors.push(duplicate(field, { protocol: port.protocol, port: port.port }));
    names.add(port.name ?? '');
    numbers.add(number);
    return errors;
  });
}

function portErrors(port: ServicePort, needsName: boolean, field: string): FieldError[] {
  const { name, protocol = '', targetPort } = port;
  const errors: FieldError[] = [];
  if (needsName && !name) errors.push(required(`${field}.name`));
  if (name) errors.push(...checkRule(`${field}.name`, name, dns1123Label));
  for (const problem of portNumber(port.port)) errors.push(invalidValue(`${field}.port`, port.port, problem));
  if (!PROTOCOLS.includes(protocol)) errors.push(notSupported(`${field}.protocol`, protocol, PROTOCOLS));
  const problems = typeof targetPort === 'number' ? portNumber(targetPort) : portName(targetPort ?? '');
  for (const problem of problems) errors.push(invalidValue(`${field}.targetPort`, targetPort, problem));
  return errors;
}
