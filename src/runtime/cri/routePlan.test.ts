import { expect, test } from 'vitest';
import { type HostRoute, type NearNetwork, planRoutes } from './routePlan.ts';

const LAN: NearNetwork = { local: '10.0.0.1', prefixlen: 24 };
const BRIDGE: NearNetwork = { local: '10.244.0.1', prefixlen: 24 };

/** `10.244.2.0/24 10.0.0.2`, with who has set it where that is not us. */
const route = (text: string): HostRoute => {
  const [dst = '', gateway = '', protocol = '83'] = text.split(' ');
  return { dst, gateway, protocol };
};
const wantedRoute = (text: string) => {
  const [podCIDR = '', via = ''] = text.split(' ');
  return { podCIDR, via };
};

interface Case {
  readonly wanted?: readonly string[];
  readonly present?: readonly string[];
  readonly networks?: readonly NearNetwork[];
  readonly add?: readonly string[];
  readonly remove?: readonly string[];
  readonly unreachable?: readonly string[];
}

const cases: Record<string, Case> = {
  'a new node gets a route': { wanted: ['10.244.2.0/24 10.0.0.2'], add: ['10.244.2.0/24 10.0.0.2'] },
  'a route that is there stays': { wanted: ['10.244.2.0/24 10.0.0.2'], present: ['10.244.2.0/24 10.0.0.2'] },
  'the route of a node that has gone goes': {
    present: ['10.244.2.0/24 10.0.0.2'],
    remove: ['10.244.2.0/24 10.0.0.2'],
  },
  'a node that came back with another address gets another route': {
    wanted: ['10.244.2.0/24 10.0.0.7'],
    present: ['10.244.2.0/24 10.0.0.2'],
    remove: ['10.244.2.0/24 10.0.0.2'],
    add: ['10.244.2.0/24 10.0.0.7'],
  },
  'several nodes of one host are reached by the same address': {
    wanted: ['10.244.2.0/24 10.0.0.2', '10.244.3.0/24 10.0.0.2'],
    present: ['10.244.3.0/24 10.0.0.2'],
    add: ['10.244.2.0/24 10.0.0.2'],
  },
  'the routes of others are never touched': {
    present: ['default 10.0.0.254 dhcp', '10.244.9.0/24 10.0.0.9 static', '10.0.0.0/24  kernel'],
  },
  'a way that somebody else has set is left to them': {
    wanted: ['10.244.2.0/24 10.0.0.2'],
    present: ['10.244.2.0/24 10.0.0.3 static'],
  },
  'a node in another network is told, not routed to': {
    wanted: ['10.244.2.0/24 10.9.0.2', '10.244.3.0/24 10.0.0.3'],
    add: ['10.244.3.0/24 10.0.0.3'],
    unreachable: ['10.244.2.0/24 10.9.0.2'],
  },
  'a route goes when its next hop is near no more': {
    wanted: ['10.244.2.0/24 10.0.0.2'],
    present: ['10.244.2.0/24 10.0.0.2'],
    networks: [BRIDGE],
    remove: ['10.244.2.0/24 10.0.0.2'],
    unreachable: ['10.244.2.0/24 10.0.0.2'],
  },
};

for (const [name, { wanted = [], present = [], networks = [LAN, BRIDGE], ...want }] of Object.entries(cases))
  test(name, () => {
    const plan = planRoutes(wanted.map(wantedRoute), present.map(route), networks);
    expect(plan).toEqual({
      add: (want.add ?? []).map(wantedRoute),
      remove: (want.remove ?? []).map(wantedRoute),
      unreachable: (want.unreachable ?? []).map(wantedRoute),
    });
  });
