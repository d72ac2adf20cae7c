import { expect, test } from 'vitest';
import { type BridgeNetwork, bridgeConfig, readBridgeConfig, withNode } from './bridgeConfig.ts';

const US = 100;
const OTHER = 200;
const DEAD = 300;
const isAlive = (pid: number) => pid !== DEAD;

/** With a bridge of 10.244.1.0/24, used by these nodes: `/a 10.244.1.0/24`. */
const network = (...nodes: [user: string, pid: number][]): BridgeNetwork => ({
  bridge: 'sampan0',
  subnet: '10.244.1.0/24',
  nodes: Object.fromEntries(
    nodes.map(([user, pid]) => {
      const [directory = '', podCIDR = ''] = user.split(' ');
      return [directory, { podCIDR, pid }];
    }),
  ),
});

const cases: Record<string, { before?: BridgeNetwork; comes: string; want: string }> = {
  'the first node brings the addresses': { comes: '/a 10.244.1.0/24', want: '10.244.1.0/24' },
  'the second shares them': {
    before: network(['/a 10.244.1.0/24', US]),
    comes: '/b 10.244.2.0/24',
    want: '10.244.1.0/24',
  },
  'they stay when the node starts again': {
    before: network(['/a 10.244.1.0/24', DEAD]),
    comes: '/a 10.244.1.0/24',
    want: '10.244.1.0/24',
  },
  'a node that was deleted and joined again has others, for nobody finds the way to the old ones': {
    before: network(['/a 10.244.1.0/24', DEAD]),
    comes: '/a 10.244.5.0/24',
    want: '10.244.5.0/24',
  },
  'but not while another node of the host has that range': {
    before: network(['/a 10.244.1.0/24', OTHER], ['/b 10.244.2.0/24', DEAD]),
    comes: '/b 10.244.5.0/24',
    want: '10.244.1.0/24',
  },
  'a node that ran here once, perhaps of another cluster, does not count': {
    before: network(['/a 10.244.1.0/24', DEAD]),
    comes: '/b 10.244.5.0/24',
    want: '10.244.5.0/24',
  },
};
for (const [name, { before, comes, want }] of Object.entries(cases))
  test(name, () => {
    const [directory = '', podCIDR = ''] = comes.split(' ');
    const after = withNode(before, { directory, podCIDR, pid: US, bridge: 'sampan0' }, isAlive);
    expect(after.subnet).toBe(want);
    expect(after.nodes).toEqual({ ...before?.nodes, [directory]: { podCIDR, pid: US } });
  });

test('what is written is read again', () => {
  const written = network(['/a 10.244.1.0/24', US]);
  expect(readBridgeConfig(bridgeConfig(written, true))).toEqual(written);
});

test('a spoilt file says nothing', () => {
  expect(readBridgeConfig('{"plugins": [')).toBeUndefined();
  expect(readBridgeConfig('{}')).toBeUndefined();
});
