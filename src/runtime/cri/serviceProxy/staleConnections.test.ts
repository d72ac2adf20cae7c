import { expect, test } from 'vitest';
import type { ServiceRoute } from '../../serviceRoutes.ts';
import { staleConnections } from './staleConnections.ts';

const route = (endpoints: string[], rest: Partial<ServiceRoute> = {}): ServiceRoute => ({
  name: 'default/dns',
  protocol: 'UDP',
  clusterIP: '10.96.1.1',
  port: 53,
  nodePort: undefined,
  externalIPs: [],
  loadBalancer: { addresses: [], sourceRanges: [] },
  endpoints,
  localEndpoints: [],
  isInternalLocal: false,
  isExternalLocal: false,
  affinitySeconds: undefined,
  ...rest,
});

const DELETE = '-D -f ipv4 -p udp';
const ONE = '10.244.1.2:53';
const TWO = '10.244.1.3:53';
const cases: Record<string, { before: ServiceRoute[]; after: ServiceRoute[]; want: string[] }> = {
  'those to an endpoint that has gone': {
    before: [route([ONE, TWO])],
    after: [route([TWO])],
    want: [`${DELETE} --orig-dst 10.96.1.1 --dst-nat 10.244.1.2`],
  },
  'those to all endpoints of a service that has gone, from everywhere': {
    before: [route([ONE], { nodePort: 30_053, externalIPs: ['192.0.2.1'] })],
    after: [],
    want: ['--orig-dst 10.96.1.1', '--orig-dst 192.0.2.1', '--orig-port-dst 30053'].map(
      (to) => `${DELETE} ${to} --dst-nat 10.244.1.2`,
    ),
  },
  'those that led nowhere, when the first endpoint comes': {
    before: [route([])],
    after: [route([ONE])],
    want: [`${DELETE} --orig-dst 10.96.1.1`],
  },
  'none when only one more comes': { before: [route([ONE])], after: [route([ONE, TWO])], want: [] },
  'none of TCP, whose connections end': {
    before: [route([ONE], { protocol: 'TCP' })],
    after: [],
    want: [],
  },
};
for (const [name, { before, after, want }] of Object.entries(cases))
  test(`connections to be forgotten: ${name}`, () => {
    expect(staleConnections(before, after).map((words) => words.join(' '))).toEqual(want);
  });
