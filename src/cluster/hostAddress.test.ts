import type { NetworkInterfaceInfo } from 'node:os';
import { expect, test } from 'vitest';
import { calledAt, defaultInterface, type HostLinks, nodeAddress, serverAddress } from './hostAddress.ts';

const address = (address: string, internal = false) =>
  ({ address, internal, family: address.includes(':') ? 'IPv6' : 'IPv4' }) as NetworkInterfaceInfo;

const INTERFACES = {
  lo: [address('127.0.0.1', true), address('::1', true)],
  docker0: [address('172.17.0.1')],
  eth0: [address('fe80::1'), address('fd00::7'), address('10.0.0.7')],
};
const HOST: HostLinks = { interfaces: INTERFACES, defaultInterface: 'eth0' };

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

const hosts: Record<string, { host: HostLinks; listen?: string; want: string }> = {
  'without a default route has the first address that is not of the loopback': {
    host: { ...HOST, defaultInterface: undefined },
    want: '172.17.0.1',
  },
  'whose default route has no address of IPv4 has that of another': {
    host: { interfaces: { ...INTERFACES, eth0: [address('fd00::7')] }, defaultInterface: 'eth0' },
    want: '172.17.0.1',
  },
  'with IPv6 alone has that, for a server that listens there': {
    host: { interfaces: { eth0: [address('fe80::1'), address('fd00::7')] }, defaultInterface: undefined },
    listen: '::',
    want: 'fd00::7',
  },
  'without a network is found by itself alone': {
    host: { interfaces: { lo: INTERFACES.lo }, defaultInterface: undefined },
    want: '127.0.0.1',
  },
};
for (const [name, { host, listen = '0.0.0.0', want }] of Object.entries(hosts))
  test(`a host ${name}`, async () => {
    expect(await serverAddress(listen, host)).toBe(want);
  });

test('a server that listens everywhere is called by every address of its host', () => {
  expect(calledAt('0.0.0.0', HOST)).toEqual(['172.17.0.1', 'fd00::7', '10.0.0.7']);
  expect(calledAt('10.0.0.7', HOST)).toEqual(['10.0.0.7']);
});

const TABLE = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	0000000A	00000000	0001	0	0	0	00FFFFFF	0	0	0
wlan0	00000000	0100A8C0	0003	0	0	600	00000000	0	0	0
eth0	00000000	0100000A	0003	0	0	100	00000000	0	0	0
`;
test('the way to the world is the default route with the least metric', () => {
  expect(defaultInterface(TABLE)).toBe('eth0');
  expect(defaultInterface(TABLE.split('\n').slice(0, 2).join('\n'))).toBeUndefined();
});
