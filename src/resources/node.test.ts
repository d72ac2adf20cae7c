import { expect, test } from 'vitest';
import { errorMessage } from '../apimachinery/fieldErrors.ts';
import type { Node } from '../generated/types.ts';
import { nodes } from './node.ts';
import { cellsOf } from './testing/cells.ts';

const node = (fields: Partial<Node> = {}): Node => ({
  metadata: { name: 'node01', creationTimestamp: '2026-01-01T00:00:00Z' },
  spec: {},
  ...fields,
});

const withReady = (status: string): Node['status'] => ({ conditions: [{ type: 'Ready', status }] });

const states: [string, Node, string][] = [
  ['a node that says nothing is Unknown', node(), 'Unknown'],
  ['a ready node is Ready', node({ status: withReady('True') }), 'Ready'],
  ['a node whose readiness is unknown is NotReady', node({ status: withReady('Unknown') }), 'NotReady'],
  [
    'a cordoned node says so',
    node({ status: withReady('True'), spec: { unschedulable: true } }),
    'Ready,SchedulingDisabled',
  ],
];
for (const [name, given, want] of states) {
  test(name, () => expect(cellsOf(nodes, given).Status).toBe(want));
}

test('roles come from both labels, sorted', () => {
  const labels = { 'node-role.kubernetes.io/worker': '', 'kubernetes.io/role': 'edge' };
  expect(cellsOf(nodes, node({ metadata: { name: 'n', labels } })).Roles).toBe('edge,worker');
  expect(cellsOf(nodes, node()).Roles).toBe('<none>');
});

test('what a node does not tell is unknown', () => {
  expect(cellsOf(nodes, node())).toMatchObject({
    Version: '',
    'Internal-IP': '<none>',
    'External-IP': '<none>',
    'OS-Image': '<unknown>',
    'Kernel-Version': '<unknown>',
    'Container-Runtime': '<unknown>',
    Arch: '<unknown>',
  });
});

const taints: [string, NonNullable<Node['spec']>['taints'] & object, string[]][] = [
  ['a taint is right', [{ key: 'a', effect: 'NoSchedule' }], []],
  [
    'an effect must be known',
    [{ key: 'a', effect: 'Never' }],
    [
      'metadata.taints[0].effect: Unsupported value: "Never": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ],
  [
    'key and effect are unique together',
    [
      { key: 'a', effect: 'NoSchedule' },
      { key: 'a', value: 'x', effect: 'NoSchedule' },
    ],
    [
      'metadata.taints[1]: Duplicate value: {"key":"a","value":"x","effect":"NoSchedule"}: taints must be unique by key and effect pair',
    ],
  ],
];
for (const [name, given, want] of taints) {
  test(name, () => {
    const errors = nodes.validate(node({ spec: { taints: given } }));
    expect(errors.map((error) => errorMessage(error))).toEqual(want);
  });
}

test('a podCIDR is given once', () => {
  const stored = node({ spec: { podCIDR: '10.244.1.0/24', podCIDRs: ['10.244.1.0/24'] } });
  const next = node({ spec: { podCIDR: '10.244.2.0/24', podCIDRs: ['10.244.2.0/24'] } });
  expect(nodes.validateUpdate(next, stored).map(({ field }) => field)).toEqual(['spec.podCIDRs']);
  expect(nodes.validateUpdate(stored, node())).toEqual([]);
});
