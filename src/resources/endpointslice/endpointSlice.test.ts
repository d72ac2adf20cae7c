import { expect, test } from 'vitest';
import { deepCopy } from '../../apimachinery/object.ts';
import type { Endpoint, EndpointSlice } from '../../generated/types.ts';
import { cellsOf } from '../testing/cells.ts';
import { problems } from '../testing/problems.ts';
import { endpointSlices } from './endpointSlice.ts';

type Fields = Omit<Partial<EndpointSlice>, 'metadata'>;

const slice = (fields: Fields = {}, metadata: EndpointSlice['metadata'] = {}): EndpointSlice => ({
  metadata: { name: 'web-abcde', namespace: 'default', ...metadata },
  addressType: 'IPv4',
  endpoints: [],
  ports: [],
  ...fields,
});
const at = (...addresses: string[]): Endpoint => ({ addresses });
const many = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

function defaulted(fields: Fields): EndpointSlice {
  const object = slice(fields);
  endpointSlices.setDefaults!(object);
  return object;
}

const NAME_RULE =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const wrong: [string, Fields, string[]][] = [
  ['a slice may be empty', {}, []],
  ['the type of addresses is asked for', { addressType: '' }, ['addressType: Required value']],
  [
    'there are three types of addresses',
    { addressType: 'IP' },
    ['addressType: Unsupported value: "IP": supported values: "FQDN", "IPv4", "IPv6"'],
  ],
  [
    'an endpoint has an address',
    { endpoints: [at()] },
    ['endpoints[0].addresses: Required value: must contain at least 1 address'],
  ],
  [
    'an endpoint has at most a hundred addresses',
    { endpoints: [at(...many(101, (i) => `10.0.1.${i}`))] },
    ['endpoints[0].addresses: Too many: 101: must have at most 100 items'],
  ],
  [
    'a slice has at most a thousand endpoints',
    { endpoints: many(1001, () => at('10.0.0.1')) },
    ['endpoints: Too many: 1001: must have at most 1000 items'],
  ],
  [
    'an address is one of version 4 where these are meant',
    { endpoints: [at('10.0.0.1', '2001:db8::1', 'web', '10.0.0.01')] },
    [
      'endpoints[0].addresses[1]: Invalid value: "2001:db8::1": must be a valid IPv4 address',
      'endpoints[0].addresses[2]: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'endpoints[0].addresses[3]: Invalid value: "10.0.0.01": must not have leading 0s',
    ],
  ],
  [
    'and one of version 6 where those are',
    { addressType: 'IPv6', endpoints: [at('2001:db8::1', '10.0.0.1')] },
    ['endpoints[0].addresses[1]: Invalid value: "10.0.0.1": must be a valid IPv6 address'],
  ],
  [
    'an address means the same on every host',
    { endpoints: [at('0.0.0.0', '127.0.0.1', '169.254.1.1', '224.0.0.1')] },
    [
      'endpoints[0].addresses[0]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
      'endpoints[0].addresses[1]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
      'endpoints[0].addresses[2]: Invalid value: "169.254.1.1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
      'endpoints[0].addresses[3]: Invalid value: "224.0.0.1": may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
    ],
  ],
  [
    'a domain has two parts or more',
    { addressType: 'FQDN', endpoints: [at('example.com', 'example.com.', 'web', '')] },
    [
      'endpoints[0].addresses[2]: Invalid value: "web": should be a domain with at least two segments separated by dots',
      'endpoints[0].addresses[3]: Required value',
    ],
  ],
  [
    'the name of a host is a label',
    { endpoints: [{ ...at('10.0.0.1'), hostname: 'Web' }] },
    [`endpoints[0].hostname: Invalid value: "Web": ${NAME_RULE}`],
  ],
  [
    'hints name eight zones at most, each once',
    {
      endpoints: [
        { ...at('10.0.0.1'), hints: { forZones: many(9, (i) => ({ name: `zone${i}` })) } },
        { ...at('10.0.0.2'), hints: { forZones: [{ name: 'a' }, { name: 'a' }] } },
      ],
    },
    [
      'endpoints[0].hints.forZones: Too many: 9: must have at most 8 items',
      'endpoints[1].hints.forZones[1].name: Duplicate value: "a"',
    ],
  ],
  [
    'ports have names of their own, and a protocol that there is',
    { ports: [{ port: 80 }, { port: 81 }, { name: 'x', protocol: 'HTTP' }] },
    [
      'ports[1].name: Duplicate value: ""',
      'ports[2].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"',
    ],
  ],
  [
    'a port’s name is a label',
    { ports: [{ name: 'A' }] },
    [`ports[0].name: Invalid value: "A": ${NAME_RULE}`],
  ],
];
for (const [name, given, want] of wrong) {
  test(name, () => expect(problems(endpointSlices.validate(defaulted(given)))).toEqual(want));
}

test('a server at the loopback may say so of itself, and nobody else', () => {
  const ofServer = slice({ endpoints: [at('127.0.0.1')] }, { name: 'kubernetes' });
  expect(problems(endpointSlices.validate(ofServer))).toEqual([]);
});

test('a port has an empty name and is of TCP unless it says otherwise', () => {
  expect(defaulted({ ports: [{ port: 80 }, { name: 'dns', protocol: 'UDP' }] }).ports).toEqual([
    { name: '', port: 80, protocol: 'TCP' },
    { name: 'dns', protocol: 'UDP' },
  ]);
});

test('the type of addresses stays', () => {
  expect(problems(endpointSlices.validateUpdate(slice({ addressType: 'IPv6' }), slice()))).toEqual([
    'addressType: Invalid value: "IPv6": field is immutable',
  ]);
});

const changes: [string, (next: EndpointSlice) => void, number][] = [
  ['an annotation', (next) => (next.metadata.annotations = { a: 'b' }), 1],
  ['a label', (next) => (next.metadata.labels = { a: 'b' }), 2],
  ['an endpoint', (next) => (next.endpoints = [at('10.0.0.1')]), 2],
  ['a port', (next) => (next.ports = [{ name: '', port: 80, protocol: 'TCP' }]), 2],
];
for (const [what, change, want] of changes) {
  test(`after a change of ${what} the generation is ${want}`, () => {
    const stored = slice();
    endpointSlices.prepareCreate!(stored);
    const next = deepCopy(stored);
    change(next);
    endpointSlices.prepareUpdate!(next, stored);
    expect(next.metadata.generation).toBe(want);
  });
}

test('topology is not written, but a node that it named before stays known', () => {
  const deprecatedTopology = { 'kubernetes.io/hostname': 'node01' };
  const created = slice({ endpoints: [{ ...at('10.0.0.1'), deprecatedTopology }] });
  endpointSlices.prepareCreate!(created);
  expect(created.endpoints).toEqual([at('10.0.0.1')]);

  const older = slice({ endpoints: [{ ...at('10.0.0.1'), deprecatedTopology }] });
  const next = slice({ endpoints: [{ ...at('10.0.0.1'), deprecatedTopology }, at('10.0.0.2')] });
  endpointSlices.prepareUpdate!(next, older);
  expect(next.endpoints).toEqual([{ ...at('10.0.0.1'), nodeName: 'node01' }, at('10.0.0.2')]);
});

test('domains, and addresses in an odd form, are warned of', () => {
  const odd = slice({ addressType: 'IPv6', endpoints: [at('2001:db8:0::1')] });
  expect(endpointSlices.warnings!(odd, undefined)).toEqual([
    'endpoints[0].addresses[0]: IPv6 address "2001:db8:0::1" should be in RFC 5952 canonical format ("2001:db8::1")',
  ]);
  expect(endpointSlices.warnings!(slice({ addressType: 'FQDN' }), undefined)).toEqual([
    'spec.addressType: FQDN endpoints are deprecated',
  ]);
  const labels = { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' };
  expect(endpointSlices.warnings!({ ...odd, metadata: { labels } }, undefined)).toEqual([]);
});

const cells: [string, Fields, Record<string, string>][] = [
  ['nothing', {}, { AddressType: 'IPv4', Ports: '<unset>', Endpoints: '<unset>' }],
  [
    'three of each are shown, the rest is counted',
    {
      ports: [{ name: 'a', port: 80 }, { name: 'b' }, {}, { port: 8080 }],
      endpoints: [at('10.0.0.1', '10.0.0.2'), at('10.0.0.3'), at('10.0.0.4'), at('10.0.0.5')],
    },
    { Ports: '80,b,* + 1 more...', Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 2 more...' },
  ],
];
for (const [name, given, want] of cells) {
  test(`columns: ${name}`, () => expect(cellsOf(endpointSlices, slice(given))).toMatchObject(want));
}
