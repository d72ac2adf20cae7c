import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { hostAddress } from './hostAddress.ts';

const address = (address: string, internal = false) =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo;

const HOST = { lo: [address('127.0.0.1', true)], eth0: [address('fe80::1'), address('10.0.0.7')] };

const cases: Record<string, string> = {
  '127.0.0.1': '127.0.0.1',
  '127.0.0.2': '127.0.0.1',
  '::1': '127.0.0.1',
  localhost: '127.0.0.1',
  '10.0.0.1': '10.0.0.1',
  '0.0.0.0': '10.0.0.7',
  '::': '10.0.0.7',
};
for (const [listen, want] of Object.entries(cases))
  test(`nodes of a server that listens at ${listen} are at ${want}`, async () => {
    expect(await hostAddress(listen, HOST)).toBe(want);
  });

test('a host without a network is found by itself alone', async () => {
  expect(await hostAddress('0.0.0.0', { lo: HOST.lo })).toBe('127.0.0.1');
});
