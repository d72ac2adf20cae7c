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
  'a deprecated volume': [
    { volumes: [{ name: 'v', glusterfs: { endpoints: 'e', path: 'p' } }] },
    'spec.volumes[0].glusterfs: deprecated in v1.25, non-functional in v1.26+',
  ],
};
test.each(Object.entries(cases))('%s', (_, [spec, ...want]) => {
  expect(podWarnings(pod(spec).spec, undefined)).toEqual(want);
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
