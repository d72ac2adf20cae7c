import { expect, test } from 'vitest';
import type { PodSpec } from '../../generated/types.ts';
import type { DnsConfig } from '../../runtime/isolation.ts';
import { podDns } from './podDns.ts';

const CLUSTER: DnsConfig = {
  servers: ['10.96.0.10'],
  searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'host.example'],
  options: ['ndots:5'],
};
const HOST_TEXT = 'nameserver 192.0.2.1\nsearch host.example\noptions edns0\n';
const HOST: DnsConfig = { servers: ['192.0.2.1'], searches: ['host.example'], options: ['edns0'] };
const OWN = {
  nameservers: ['192.0.2.9'],
  searches: ['own.example'],
  options: [{ name: 'ndots', value: '2' }],
};

const cases: Record<string, [spec: Partial<PodSpec>, want: DnsConfig | undefined]> = {
  'asks the cluster, without a word': [{}, CLUSTER],
  'asks the cluster by ClusterFirst': [{ dnsPolicy: 'ClusterFirst' }, CLUSTER],
  'asks the host in its network': [{ dnsPolicy: 'ClusterFirst', hostNetwork: true }, undefined],
  'asks the cluster in the network of the host, when it says so': [
    { dnsPolicy: 'ClusterFirstWithHostNet', hostNetwork: true },
    CLUSTER,
  ],
  'asks the host by Default': [{ dnsPolicy: 'Default' }, undefined],
  'asks nobody by None': [{ dnsPolicy: 'None' }, { servers: [], searches: [], options: [] }],
  'asks whom it names by None': [
    { dnsPolicy: 'None', dnsConfig: OWN },
    { servers: ['192.0.2.9'], searches: ['own.example'], options: ['ndots:2'] },
  ],
  'adds its own to those of the cluster, and its options go first': [
    { dnsConfig: OWN },
    {
      servers: ['10.96.0.10', '192.0.2.9'],
      searches: [...CLUSTER.searches, 'own.example'],
      options: ['ndots:2'],
    },
  ],
  'adds its own to those of the host': [
    { dnsPolicy: 'Default', dnsConfig: OWN },
    {
      servers: ['192.0.2.1', '192.0.2.9'],
      searches: ['host.example', 'own.example'],
      options: ['edns0', 'ndots:2'],
    },
  ],
};
for (const [name, [spec, want]] of Object.entries(cases))
  test(`a pod ${name}`, () => {
    expect(podDns({ containers: [], ...spec }, 'shop', '10.96.0.10', HOST_TEXT)).toEqual(want);
  });

test('where the cluster has no DNS a pod asks the host, with what it adds itself', () => {
  expect(podDns({ containers: [] }, 'shop', undefined, HOST_TEXT)).toBeUndefined();
  expect(
    podDns({ containers: [], dnsConfig: { searches: ['own.example'] } }, 'shop', undefined, HOST_TEXT),
  ).toEqual({
    ...HOST,
    searches: ['host.example', 'own.example'],
  });
});
