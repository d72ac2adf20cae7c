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
