import { isIPv4, isIPv6 } from 'node:net';
import {
  duplicate,
  type FieldError,
  invalidValue,
  required,
  tooMany,
} from '../../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain, labelValue, qualifiedName } from '../../apimachinery/nameRules.ts';
import { checkRule } from '../../apimachinery/validation.ts';
import type {
  DiscoveryV1EndpointPort,
  Endpoint,
  EndpointHints,
  EndpointSlice,
} from '../../generated/types.ts';
import { checkSupported } from '../checks.ts';
import { checkEndpointIp } from '../endpointAddress.ts';

const ADDRESS_TYPES = ['FQDN', 'IPv4', 'IPv6'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];
const MOST_ENDPOINTS = 1000;
const MOST_ADDRESSES = 100;
const MOST_PORTS = 20_000;
const MOST_HINTS = 8;

/** What is wrong with a slice. */
export function validateEndpointSlice(slice: EndpointSlice): FieldError[] {
  const { addressType, endpoints, ports } = slice;
  const errors: FieldError[] = [];
  checkSupported(errors, 'addressType', addressType, ADDRESS_TYPES);
  checkEndpoints(errors, endpoints ?? [], slice);
  checkPorts(errors, ports ?? []);
  return errors;
}

function checkEndpoints(errors: FieldError[], endpoints: readonly Endpoint[], slice: EndpointSlice): void {
  if (endpoints.length > MOST_ENDPOINTS) {
    errors.push(tooMany('endpoints', endpoints.length, MOST_ENDPOINTS));
    return;
  }
  for (const [index, endpoint] of endpoints.entries())
    checkEndpoint(errors, `endpoints[${index}]`, endpoint, slice);
}

function checkEndpoint(errors: FieldError[], field: string, endpoint: Endpoint, slice: EndpointSlice): void {
  const { addresses = [], nodeName, hostname, hints } = endpoint;
  if (addresses.length === 0) errors.push(required(`${field}.addresses`, 'must contain at least 1 address'));
  if (addresses.length > MOST_ADDRESSES)
    errors.push(tooMany(`${field}.addresses`, addresses.length, MOST_ADDRESSES));
  for (const [index, address] of addresses.entries())
    checkAddress(errors, `${field}.addresses[${index}]`, address, slice);
  if (nodeName !== undefined) errors.push(...checkRule(`${field}.nodeName`, nodeName, dns1123Subdomain));
  if (hostname !== undefined) errors.push(...checkRule(`${field}.hostname`, hostname, dns1123Label));
  checkHints(errors, `${field}.hints`, hints ?? {});
}

/** An unknown type of addresses is told as such; what they should be then, nobody knows. */
function checkAddress(errors: FieldError[], field: string, address: string, slice: EndpointSlice): void {
  const { addressType, metadata } = slice;
  if (addressType === 'FQDN') checkDomain(errors, field, address);
  if (addressType !== 'IPv4' && addressType !== 'IPv6') return;
  const isOther = addressType === 'IPv4' ? isIPv6(address) : isIPv4(address);
  if (isOther) errors.push(invalidValue(field, address, `must be a valid ${addressType} address`));
  else checkEndpointIp(errors, field, address, metadata);
}

/** `IsFullyQualifiedDomainName`: the labels are looked at only if the whole is right. */
function checkDomain(errors: FieldError[], field: string, given: string): void {
  if (!given) {
    errors.push(required(field));
    return;
  }
  const domain = given.replace(/\.$/, '');
  const problems = dns1123Subdomain(domain);
  const labels = domain.split('.');
  if (problems.length > 0) errors.push(invalidValue(field, domain, problems.join(',')));
  else if (labels.length < 2) {
    const detail = 'should be a domain with at least two segments separated by dots';
    errors.push(invalidValue(field, domain, detail));
  } else {
    const label = labels.find((part) => dns1123Label(part).length > 0);
    if (label !== undefined) errors.push(invalidValue(field, label, dns1123Label(label).join(',')));
  }
}

function checkHints(errors: FieldError[], field: string, { forZones, forNodes }: EndpointHints): void {
  checkHintList(errors, `${field}.forZones`, forZones ?? [], labelValue);
  checkHintList(errors, `${field}.forNodes`, forNodes ?? [], dns1123Subdomain);
}

function checkHintList(
  errors: FieldError[],
  field: string,
  hints: readonly { readonly name: string }[],
  rule: typeof labelValue,
): void {
  if (hints.length > MOST_HINTS) {
    errors.push(tooMany(field, hints.length, MOST_HINTS));
    return;
  }
  const names = new Set<string>();
  for (const [index, { name = '' }] of hints.entries()) {
    if (names.has(name)) errors.push(duplicate(`${field}[${index}].name`, name));
    names.add(name);
    errors.push(...checkRule(`${field}[${index}].name`, name, rule));
  }
}

function checkPorts(errors: FieldError[], ports: readonly DiscoveryV1EndpointPort[]): void {
  if (ports.length > MOST_PORTS) {
    errors.push(tooMany('ports', ports.length, MOST_PORTS));
    return;
  }
  const names = new Set<string>();
  for (const [index, { name = '', protocol, appProtocol }] of ports.entries()) {
    const field = `ports[${index}]`;
    if (name) errors.push(...checkRule(`${field}.name`, name, dns1123Label));
    if (names.has(name)) errors.push(duplicate(`${field}.name`, name));
    names.add(name);
    checkSupported(errors, `${field}.protocol`, protocol, PROTOCOLS);
    if (appProtocol !== undefined)
      errors.push(...checkRule(`${field}.appProtocol`, appProtocol, qualifiedName));
  }
}
