import { expect, test } from 'vitest';
import type { Service } from '../generated/types.ts';
import { services } from './service.ts';
import { cellsOf } from './testing/cells.ts';
import { problems } from './testing/problems.ts';

const withDefaults = (spec: Service['spec'], status?: Service['status']): Service => {
  const service = { metadata: { name: 'web', namespace: 'default' }, spec, ...(status && { status }) };
  services.setDefaults!(service);
  return service;
};

const rows: [string, Service, Record<string, string>][] = [
  [
    'a service as most are',
    withDefaults({ clusterIP: '10.96.0.10', ports: [{ port: 80 }], selector: { app: 'web' } }),
    {
      Type: 'ClusterIP',
      'Cluster-IP': '10.96.0.10',
      'External-IP': '<none>',
      'Port(s)': '80/TCP',
      Selector: 'app=web',
    },
  ],
  [
    'a node port is shown beside the port',
    withDefaults({ type: 'NodePort', ports: [{ port: 53, nodePort: 30_053, protocol: 'UDP' }] }),
    { Type: 'NodePort', 'Cluster-IP': '<none>', 'Port(s)': '53:30053/UDP', Selector: '<none>' },
  ],
  [
    'a balancer without an address is pending',
    withDefaults({ type: 'LoadBalancer', ports: [{ port: 80 }] }),
    { 'External-IP': '<pending>' },
  ],
  [
    'a balancer’s address',
    withDefaults(
      { type: 'LoadBalancer', ports: [{ port: 80 }] },
      { loadBalancer: { ingress: [{ ip: '192.0.2.1' }] } },
    ),
    { 'External-IP': '192.0.2.1' },
  ],
  [
    'a service of another name',
    withDefaults({ type: 'ExternalName', externalName: 'db.example.com' }),
    { 'External-IP': 'db.example.com', 'Port(s)': '<none>' },
  ],
];
for (const [name, given, want] of rows) {
  test(`columns: ${name}`, () => expect(cellsOf(services, given)).toMatchObject(want));
}

const wrong: [string, Service, string[]][] = [
  ['ports are asked for', withDefaults({}), ['spec.ports: Required value']],
  ['a headless service needs no ports', withDefaults({ clusterIP: 'None' }), []],
  [
    'several ports need names',
    withDefaults({ ports: [{ port: 80, name: 'http' }, { port: 443 }] }),
    ['spec.ports[1].name: Required value'],
  ],
  [
    'a port is served once',
    withDefaults({
      ports: [
        { port: 80, name: 'a' },
        { port: 80, name: 'b' },
      ],
    }),
    ['spec.ports[1]: Duplicate value: {"protocol":"TCP","port":80}'],
  ],
  [
    'a port is a port',
    withDefaults({ ports: [{ port: 70_000, targetPort: 'http' }] }),
    ['spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive'],
  ],
  [
    'external addresses are such, and the same on every host',
    withDefaults({
      ports: [{ port: 80 }],
      externalIPs: ['192.0.2.1', '010.001.001.001', 'web', '127.0.0.1'],
    }),
    [
      'spec.externalIPs[1]: Invalid value: "010.001.001.001": must not have leading 0s',
      'spec.externalIPs[2]: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      'spec.externalIPs[3]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
    ],
  ],
];
for (const [name, given, want] of wrong) {
  test(name, () => expect(problems(services.validate(given))).toEqual(want));
}

test('a cluster address stays', () => {
  const stored = withDefaults({ clusterIP: '10.96.0.10', ports: [{ port: 80 }] });
  const next = withDefaults({ clusterIP: '10.96.0.11', ports: [{ port: 80 }] });
  expect(problems(services.validateUpdate(next, stored))).toEqual([
    'spec.clusterIP: Invalid value: "10.96.0.11": field is immutable',
  ]);
});

test('a name may begin with a digit', () => {
  expect(services.nameProblems!('1web', false)).toEqual([]);
  expect(services.nameProblems!('web.a', false)).not.toEqual([]);
});
