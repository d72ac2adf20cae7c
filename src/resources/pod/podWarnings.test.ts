import { expect, test } from 'vitest';
import type { PodSpec } from '../../generated/types.ts';
import { podWarnings } from './podWarnings.ts';
import { container, pod } from './testing.ts';

const cases: Record<string, [Partial<PodSpec>, ...want: string[]]> = {
  'a variable that hides another': [
    {
      containers: [
        container({
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '2' },
          ],
        }),
      ],
    },
    'spec.containers[0].env[1]: hides previous definition of "A", which may be dropped when using apply',
  ],
  'a variable that extends another is meant so': [
    {
      containers: [
        container({
          env: [
            { name: 'A', value: '1' },
            { name: 'A', value: '$(A)2' },
          ],
        }),
      ],
    },
  ],
  'a port named twice': [
    { containers: [container({ ports: [{ containerPort: 80 }, { containerPort: 80 }] })] },
    'spec.containers[0].ports[1]: duplicate port definition with spec.containers[0].ports[0]',
  ],
  'a fraction of a byte': [
    { containers: [container({ resources: { requests: { memory: '100m' } } })] },
    'spec.containers[0].resources.requests[memory]: fractional byte value "100m" is invalid, must be an integer',
  ],
  'a negative grace period': [
    { terminationGracePeriodSeconds: -1 },
    'spec.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1',
  ],
  'an old name of a label of nodes, wherever it is': [
    {
      nodeSelector: { 'beta.kubernetes.io/os': 'linux' },
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [
              { matchExpressions: [{ key: 'beta.kubernetes.io/arch', operator: 'Exists' }] },
            ],
          },
        },
      },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'failure-domain.beta.kubernetes.io/zone',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: {},
        },
      ],
    },
    'spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead',
    'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead',
    'spec.topologySpreadConstraints[0].topologyKey: failure-domain.beta.kubernetes.io/zone is deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  ],
  'an address of a host without a port of it': [
    { containers: [container({ ports: [{ containerPort: 80, protocol: 'UDP', hostIP: '10.0.0.1' }] })] },
    'spec.containers[0].ports[0]: hostIP set without hostPort: {Name: HostPort:0 ContainerPort:80 Protocol:UDP HostIP:10.0.0.1}',
  ],
  'a name of a port in two containers': [
    {
      initContainers: [container({ name: 'i', ports: [{ containerPort: 80, name: 'web' }] })],
      containers: [container({ ports: [{ containerPort: 81, name: 'web' }] })],
    },
    'spec.containers[0].ports[0]: duplicate port name "web" with spec.initContainers[0].ports[0], services and probes that select ports by name will use spec.initContainers[0].ports[0]',
  ],
  'fractions of bytes in upstream’s order': [
    {
      overhead: { memory: '1m' },
      containers: [
        container({
          resources: {
            limits: { memory: '1m', 'ephemeral-storage': '1m' },
            requests: { memory: '1m', 'ephemeral-storage': '1m' },
          },
        }),
      ],
    },
    ...[
      'overhead[memory]',
      'containers[0].resources.limits[memory]',
      'containers[0].resources.requests[memory]',
      'containers[0].resources.limits[ephemeral-storage]',
      'containers[0].resources.requests[ephemeral-storage]',
    ].map((at) => `spec.${at}: fractional byte value "1m" is invalid, must be an integer`),
  ],
  'a claim for a part of a byte': [
    {
      volumes: [
        {
          name: 'v',
          ephemeral: {
            volumeClaimTemplate: {
              spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '200m' } } },
            },
          },
        },
      ],
    },
    'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.resources.requests[storage]: fractional byte value "200m" is invalid, must be an integer',
  ],
  'a preference for a value that no label has': [
    {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [
            {
              weight: 1,
              preference: { matchExpressions: [{ key: 'disk', operator: 'In', values: ['-1'] }] },
            },
          ],
        },
      },
    },
    "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].preference.matchExpressions[0].values[0]: -1 is invalid, a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  'addresses that can be written in a simpler way': [
    {
      dnsConfig: { nameservers: ['2001:db8:0:0::2', '2001:db8::2', '1.2.3.4'] },
    },
    'spec.dnsConfig.nameservers[0]: IPv6 address "2001:db8:0:0::2" should be in RFC 5952 canonical format ("2001:db8::2")',
  ],
  'a file over another, or over its directory': [
    {
      volumes: [
        {
          name: 'v',
          configMap: {
            name: 'm',
            items: [
              { key: 'a', path: 'x/y' },
              { key: 'b', path: 'x/' },
              { key: 'c', path: 'xy' },
            ],
          },
        },
        {
          name: 's',
          secret: {
            secretName: 'top',
            items: [
              { key: 'a', path: 'x' },
              { key: 'b', path: 'x' },
            ],
          },
        },
      ],
    },
    'volume "v" (ConfigMap "m"): overlapping paths: "x" with "x/y"',
    'volume "s" (Secret "top"): overlapping paths: "x" with "x"',
  ],
  'a file of one projected source over that of another, and a source that is none': [
    {
      volumes: [
        {
          name: 'v',
          projected: {
            sources: [
              { clusterTrustBundle: { signerName: 'signer', path: 'test/test' } },
              { downwardAPI: { items: [{ path: 'test', fieldRef: { fieldPath: 'metadata.name' } }] } },
              { secret: { name: 'top', items: [{ key: 'a', path: 'other' }] } },
              { serviceAccountToken: { path: 'test' } },
              {},
            ],
          },
        },
      ],
    },
    'volume "v" (Projected) has no sources provided',
    'volume "v" (Projected): overlapping paths: "test" (DownwardAPI) with "test/test" (ClusterTrustBundle "signer")',
    'volume "v" (Projected): overlapping paths: "test" (ServiceAccountToken) with "test/test" (ClusterTrustBundle "signer")',
    'volume "v" (Projected): overlapping paths: "test" (ServiceAccountToken) with "test" (DownwardAPI)',
  ],
  'a deprecated volume': [
    { volumes: [{ name: 'v', glusterfs: { endpoints: 'e', path: 'p' } }] },
    'spec.volumes[0].glusterfs: deprecated in v1.25, non-functional in v1.26+',
  ],
};
test.each(Object.entries(cases))('%s', (_, [spec, ...want]) => {
  expect(podWarnings(pod(spec).spec, undefined)).toEqual(want);
});

test('of ports, paths and names without number only so many are told, and soon', () => {
  const many = Array.from({ length: 30_000 }, (_, index) => index);
  const ports = many.map(() => ({ containerPort: 80 }));
  const items = many.map((index) => ({ key: 'k', path: `d/${index}` }));
  const spec = {
    containers: [container({ ports })],
    volumes: [
      { name: 'v', configMap: { name: 'm', items } },
      { name: 'w', configMap: { name: 'm', items: many.map(() => ({ key: 'k', path: 'd' })) } },
    ],
  };
  expect(podWarnings(pod(spec).spec, undefined).length).toBe(1000);
});

test('a template says where it stands', () => {
  const annotations = { 'scheduler.alpha.kubernetes.io/critical-pod': '' };
  expect(podWarnings(pod().spec, { annotations }, 'spec.template')).toEqual([
    'spec.template.metadata.annotations[scheduler.alpha.kubernetes.io/critical-pod]: non-functional in v1.16+; use the "priorityClassName" field instead',
  ]);
});

test('annotations of security profiles, unless a field says the same', () => {
  const apparmor = 'container.apparmor.security.beta.kubernetes.io/c';
  const seccomp = 'container.seccomp.security.alpha.kubernetes.io/c';
  const annotations = { [apparmor]: 'unconfined', [seccomp]: 'unconfined' };
  expect(podWarnings(pod().spec, { annotations }, 'spec.template')).toEqual([
    `spec.template.metadata.annotations[${seccomp}]: non-functional in v1.27+; use the "seccompProfile" field instead`,
    `spec.template.metadata.annotations[${apparmor}]: deprecated since v1.30; use the "appArmorProfile" field instead`,
  ]);
  const securityContext = { appArmorProfile: { type: 'Unconfined' }, seccompProfile: { type: 'Unconfined' } };
  const said = pod({ containers: [container({ securityContext })] });
  expect(podWarnings(said.spec, { annotations }, 'spec.template')).toEqual([]);
});
