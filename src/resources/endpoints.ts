import { type FieldError, invalidValue, required } from '../apimachinery/fieldErrors.ts';
import { dns1123Label, dns1123Subdomain, portNumber, qualifiedName } from '../apimachinery/nameRules.ts';
import { checkRule } from '../apimachinery/validation.ts';
import type {
  CoreV1EndpointPort,
  EndpointAddress,
  EndpointSubset,
  Endpoints as EndpointsObject,
} from '../generated/types.ts';
import { checkSupported } from './checks.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { NONE } from './columns/selectorText.ts';
import { checkEndpointIp } from './endpointAddress.ts';
import { repackSubsets } from './endpointSubsets.ts';
import { Endpoints } from './kinds.ts';
import type { Resource } from './resource.ts';

/** How many addresses the column shows before it only counts them. */
const SHOWN = 3;
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

function validate(endpoints: EndpointsObject): FieldError[] {
  const errors: FieldError[] = [];
  for (const [index, subset] of (endpoints.subsets ?? []).entries())
    checkSubset(errors, `subsets[${index}]`, subset, endpoints);
  return errors;
}

function checkSubset(
  errors: FieldError[],
  field: string,
  subset: EndpointSubset,
  whole: EndpointsObject,
): void {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset;
  if (addresses.length === 0 && notReadyAddresses.length === 0)
    errors.push(required(field, 'must specify `addresses` or `notReadyAddresses`'));
  for (const [index, address] of addresses.entries())
    checkAddress(errors, `${field}.addresses[${index}]`, address, whole);
  for (const [index, address] of notReadyAddresses.entries())
    checkAddress(errors, `${field}.notReadyAddresses[${index}]`, address, whole);
  for (const [index, port] of ports.entries())
    checkPort(errors, `${field}.ports[${index}]`, port, ports.length > 1);
}

function checkAddress(
  errors: FieldError[],
  field: string,
  { ip = '', hostname, nodeName }: EndpointAddress,
  { metadata }: EndpointsObject,
): void {
  checkEndpointIp(errors, `${field}.ip`, ip, metadata);
  if (hostname) errors.push(...checkRule(`${field}.hostname`, hostname, dns1123Label));
  if (nodeName !== undefined) errors.push(...checkRule(`${field}.nodeName`, nodeName, dns1123Subdomain));
}

function checkPort(errors: FieldError[], field: string, port: CoreV1EndpointPort, needsName: boolean): void {
  const { name, protocol, appProtocol } = port;
  if (name) errors.push(...checkRule(`${field}.name`, name, dns1123Label));
  else if (needsName) errors.push(required(`${field}.name`));
  for (const problem of portNumber(port.port)) errors.push(invalidValue(`${field}.port`, port.port, problem));
  checkSupported(errors, `${field}.protocol`, protocol, PROTOCOLS);
  if (appProtocol !== undefined)
    errors.push(...checkRule(`${field}.appProtocol`, appProtocol, qualifiedName));
}

/** `10.244.1.2:80,10.244.2.3:80 + 4 more...` */
function endpointsText({ subsets = [] }: EndpointsObject): string {
  const all = subsets.flatMap(({ addresses = [], ports = [] }) =>
    ports.length === 0
      ? addresses.map(({ ip = '' }) => ip)
      : ports.flatMap(({ port }) =>
          addresses.map(({ ip = '' }) => `${ip.includes(':') ? `[${ip}]` : ip}:${port}`),
        ),
  );
  if (all.length === 0) return NONE;
  const shown = all.slice(0, SHOWN).join(',');
  return all.length > SHOWN ? `${shown} + ${all.length - SHOWN} more...` : shown;
}

function setDefaults({ subsets }: EndpointsObject): void {
  for (const { ports } of subsets ?? []) for (const port of ports ?? []) port.protocol ||= 'TCP';
}

/** Upstream brings them into its canonical order, once they are found to be right. */
function canonicalize(endpoints: EndpointsObject): void {
  if (endpoints.subsets && validate(endpoints).length === 0)
    endpoints.subsets = repackSubsets(endpoints.subsets);
}

/** The endpoints of a service in one object: what slices are the successor of. */
export const endpoints: Resource<EndpointsObject> = {
  ...Endpoints,
  singular: 'endpoints',
  shortNames: ['ep'],
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  createOnUpdate: true,
  setDefaults,
  prepareCreate: canonicalize,
  prepareUpdate: canonicalize,
  validate,
  validateUpdate: validate,
  columns: [
    nameColumn,
    {
      name: 'Endpoints',
      type: 'string',
      description: 'Addresses and ports that are ready.',
      cell: endpointsText,
    },
    ageColumn,
  ],
};
