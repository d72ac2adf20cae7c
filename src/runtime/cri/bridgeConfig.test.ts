import { expect, test } from 'vitest';
import { type BridgeNetwork, bridgeConfig, readBridgeConfig, withNode } from './bridgeConfig.ts';

const network = (subnet: string, nodes: BridgeNetwork['nodes']): BridgeNetwork => ({
  bridge: 'sampan0',
  subnet,
  nodes,
});

const cases: Record<string, { before?: BridgeNetwork; directory: string; podCIDR: string; want: string }> = {
  'the first node brings the addresses': { directory: '/a', podCIDR: '10.244.1.0/24', want: '10.244.1.0/24' },
  'the second shares them': {
    before: network('10.244.1.0/24', { '/a': '10.244.1.0/24' }),
    directory: '/b',
    podCIDR: '10.244.2.0/24',
    want: '10.244.1.0/24',
  },
  'they stay when the node starts again': {
    before: network('10.244.1.0/24', { '/a': '10.244.1.0/24' }),
    directory: '/a',
    podCIDR: '10.244.1.0/24',
    want: '10.244.1.0/24',
  },
  'a node that was deleted and joined again has others, for nobody finds the way to the old ones': {
    before: network('10.244.1.0/24', { '/a': '10.244.1.0/24' }),
    directory: '/a',
    podCIDR: '10.244.5.0/24',
    want: '10.244.5.0/24',
  },
  'but not while another node of the host has that range': {
    before: network('10.244.1.0/24', { '/a': '10.244.1.0/24', '/b': '10.244.2.0/24' }),
    directory: '/b',
    podCIDR: '10.244.5.0/24',
    want: '10.244.1.0/24',
  },
};
for (const [name, { before, directory, podCIDR, want }] of Object.entries(cases))
  test(name, () => {
    const after = withNode(before, { directory, podCIDR, bridge: 'sampan0' });
    expect(after.subnet).toBe(want);
    expect(after.nodes).toEqual({ ...before?.nodes, [directory]: podCIDR });
  });

test('what is written is read again', () => {
  const written = network('10.244.1.0/24', { '/a': '10.244.1.0/24' });
  expect(readBridgeConfig(bridgeConfig(written, true))).toEqual(written);
});

test('a spoilt file says nothing', () => {
  expect(readBridgeConfig('{"plugins": [')).toBeUndefined();
  expect(readBridgeConfig('{}')).toBeUndefined();
});
