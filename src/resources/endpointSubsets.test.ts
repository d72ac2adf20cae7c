import { expect, test } from 'vitest';
import type { EndpointSubset } from '../generated/types.ts';
import { repackSubsets } from './endpointSubsets.ts';

const http = { name: 'http', port: 80, protocol: 'TCP' };
const https = { name: 'https', port: 443, protocol: 'TCP' };
const one = { ip: '10.0.0.1' };
const two = { ip: '10.0.0.2' };
const named = (uid: string) => ({ ip: '10.0.0.1', targetRef: { kind: 'Pod', uid } });

const cases: [string, EndpointSubset[], EndpointSubset[]][] = [
  ['nothing stays nothing', [], []],
  ['a subset without addresses and ports says nothing', [{}], [{}]],
  [
    'ports of the same addresses stand together, by name',
    [
      { addresses: [one], ports: [https] },
      { addresses: [one], ports: [http] },
    ],
    [{ addresses: [one], ports: [http, https] }],
  ],
  [
    'addresses of the same ports stand together, in order',
    [
      { addresses: [two], ports: [http] },
      { addresses: [one], ports: [http] },
    ],
    [{ addresses: [one, two], ports: [http] }],
  ],
  [
    'what is ready and what is not are apart in one subset',
    [
      { addresses: [two], ports: [http] },
      { notReadyAddresses: [one], ports: [http] },
    ],
    [{ addresses: [two], notReadyAddresses: [one], ports: [http] }],
  ],
  [
    'an address is there once, and not ready if anybody says so',
    [
      { addresses: [one, one], ports: [http] },
      { notReadyAddresses: [one], ports: [http] },
    ],
    [{ notReadyAddresses: [one], ports: [http] }],
  ],
  [
    'ports that other addresses offer have a subset of their own',
    [
      { addresses: [one, two], ports: [https] },
      { addresses: [one], ports: [http] },
    ],
    [
      { addresses: [one], ports: [http] },
      { addresses: [one, two], ports: [https] },
    ],
  ],
  [
    'addresses without ports stay',
    [{ addresses: [two] }, { addresses: [one], notReadyAddresses: [] }],
    [{ addresses: [one, two] }],
  ],
  [
    'two pods may have one address',
    [{ addresses: [named('b'), named('a')], ports: [http] }],
    [{ addresses: [named('a'), named('b')], ports: [http] }],
  ],
];
for (const [name, given, want] of cases) {
  test(name, () => {
    expect(repackSubsets(given)).toEqual(want);
    expect(repackSubsets(repackSubsets(given))).toEqual(want);
  });
}
