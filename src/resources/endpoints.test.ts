import { expect, test } from 'vitest';
import type { Endpoints } from '../generated/types.ts';
import { endpoints } from './endpoints.ts';
import { cellsOf } from './testing/cells.ts';
import { problems } from './testing/problems.ts';

const withAddresses = (...ips: string[]): Endpoints => ({
  metadata: { name: 'web', namespace: 'default' },
  subsets: [{ addresses: ips.map((ip) => ({ ip })), ports: [{ port: 80 }] }],
});

test('three addresses are shown, the rest is counted', () => {
  const shown = (...ips: string[]) => cellsOf(endpoints, withAddresses(...ips)).Endpoints;
  expect(shown()).toBe('<none>');
  expect(shown('10.0.0.1', '2001:db8::1')).toBe('10.0.0.1:80,[2001:db8::1]:80');
  expect(shown('10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4', '10.0.0.5')).toBe(
    '10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more...',
  );
});

test('a port is of TCP unless it says otherwise', () => {
  const object = withAddresses('10.0.0.1');
  object.subsets![0]!.ports!.push({ port: 53, protocol: 'UDP' });
  endpoints.setDefaults?.(object);
  expect(object.subsets?.[0]?.ports?.map(({ protocol }) => protocol)).toEqual(['TCP', 'UDP']);
});

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

const wrong: [string, Endpoints['subsets'], string[]][] = [
  ['there may be none', [], []],
  [
    'a subset has addresses',
    [{ ports: [{ port: 80 }] }],
    ['subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`'],
  ],
  [
    'an address is an address',
    [{ addresses: [{ ip: '10.0.0.1' }, { ip: 'web' }] }],
    [
      'subsets[0].addresses[1].ip: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
    ],
  ],
  [
    'that others reach',
    [{ notReadyAddresses: [{ ip: '127.0.0.1' }] }],
    [
      'subsets[0].notReadyAddresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
  ],
  [
    'the name of a host is a label',
    [{ addresses: [{ ip: '10.0.0.1', hostname: 'A' }] }],
    [`subsets[0].addresses[0].hostname: Invalid value: "A": ${label}`],
  ],
  [
    'several ports need names',
    [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ name: 'a', port: 80 }, { port: 0 }] }],
    [
      'subsets[0].ports[1].name: Required value',
      'subsets[0].ports[1].port: Invalid value: 0: must be between 1 and 65535, inclusive',
    ],
  ],
  [
    'a protocol is one that there is',
    [{ addresses: [{ ip: '10.0.0.1' }], ports: [{ port: 80, protocol: 'HTTP' }] }],
    ['subsets[0].ports[0].protocol: Unsupported value: "HTTP": supported values: "SCTP", "TCP", "UDP"'],
  ],
];
for (const [name, subsets, want] of wrong) {
  test(name, () => {
    const object: Endpoints = { metadata: { name: 'web', namespace: 'default' }, subsets: subsets! };
    endpoints.setDefaults!(object);
    expect(problems(endpoints.validate(object))).toEqual(want);
  });
}

test('what is right is brought into order, and what is not is told as it was written', () => {
  const right = withAddresses('10.0.0.2', '10.0.0.1');
  endpoints.setDefaults!(right);
  endpoints.prepareCreate!(right);
  expect(right.subsets![0]!.addresses).toEqual([{ ip: '10.0.0.1' }, { ip: '10.0.0.2' }]);
  const odd = withAddresses('web', '10.0.0.1');
  endpoints.prepareCreate!(odd);
  expect(odd.subsets![0]!.addresses).toEqual([{ ip: 'web' }, { ip: '10.0.0.1' }]);
});
