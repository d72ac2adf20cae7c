import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { nodeAddress, serverAddress } from './hostAddress.ts';

const address = (address: string, internal = false) =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo;

const HOST = { lo: [address('127.0.0.1', true)], eth0: [address('fe80::1'), address('10.0.0.7')] };

const cases: Record<string, { server: string; nodes: string }> = {
  '127.0.0.1': { server: '127.0.0.1', nodes: '127.0.0.1' },
  '127.0.0.2': { server: '127.0.0.2', nodes: '127.0.0.1' },
  '::1': { server: '::1', nodes: '127.0.0.1' },
  localhost: { server: '127.0.0.1', nodes: '127.0.0.1' },
  '10.0.0.1': { server: '10.0.0.1', nodes: '10.0.0.1' },
  '0.0.0.0': { server: '10.0.0.7', nodes: '10.0.0.7' },
  '::': { server: '10.0.0.7', nodes: '10.0.0.7' },
};
for (const [listen, { server, nodes }] of Object.entries(cases))
  test(`a server that listens at ${listen} answers at ${server}, and its nodes are at ${nodes}`, async () => {
    const address = await serverAddress(listen, HOST);
    expect(address).toBe(server);
    expect(nodeAddress(address)).toBe(nodes);
  });

test('a host without a network is found by itself alone', async () => {
  expect(await serverAddress('0.0.0.0', { lo: HOST.lo })).toBe('127.0.0.1');
});
