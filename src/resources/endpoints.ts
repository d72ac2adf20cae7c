import { isIP } from 'node:net';
import { type FieldError, invalidValue, required } from '../apimachinery/fieldErrors.ts';
import { portNumber } from '../apimachinery/nameRules.ts';
import type { EndpointAddress, EndpointSubset, Endpoints as EndpointsObject } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { NONE } from './columns/selectorText.ts';
import { Endpoints } from './kinds.ts';
import type { Resource } from './resource.ts';

/** How many addresses the column shows before it only counts them. */
const SHOWN = 3;

const validate = ({ subsets = [] }: EndpointsObject): FieldError[] =>
  subsets.flatMap((subset, index) => subsetErrors(subset, `subsets[${index}]`));

function subsetErrors(
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
  field: string,
): FieldError[] {
  const isEmpty = addresses.length === 0 && notReadyAddresses.length === 0;
  return [
    ...(isEmpty ? [required(field, 'must specify `addresses` or `notReadyAddresses`')] : []),
    ...addressErrors(addresses, `${field}.addresses`),
    ...addressErrors(notReadyAddresses, `${field}.notReadyAddresses`),
    ...ports.flatMap(({ port }, index) =>
      portNumber(port).map((problem) => invalidValue(`${field}.ports[${index}].port`, port, problem)),
    ),
  ];
}

const addressErrors = (addresses: readonly EndpointAddress[], field: string): FieldError[] =>
  addresses.flatMap(({ ip = '' }, index) =>
    isIP(ip)
      ? []
      : [
          invalidValue(
            `${field}[${index}].ip`,
            ip,
            'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
          ),
        ],
  );

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

/** Kept as a record: nothing fills it in. */
export const endpoints: Resource<EndpointsObject> = {
  ...Endpoints,
  singular: 'endpoints',
  shortNames: ['ep'],
  createOnUpdate: true,
  setDefaults,
  validate,
  validateUpdate: validate,
  warnings: () => ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'],
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
