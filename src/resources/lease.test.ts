import { expect, test } from 'vitest';
import { leases } from './lease.ts';
import { cellsOf } from './testing/cells.ts';
import { problems } from './testing/problems.ts';

const metadata = { name: 'node01', namespace: 'kube-node-lease' };

test('a lease lasts some time', () => {
  expect(leases.validate({ metadata, spec: { leaseDurationSeconds: 40 } })).toEqual([]);
  expect(
    problems(leases.validate({ metadata, spec: { leaseDurationSeconds: 0, leaseTransitions: -1 } })),
  ).toEqual([
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
  ]);
});

test('a lease shows who holds it', () => {
  expect(cellsOf(leases, { metadata, spec: { holderIdentity: 'node01' } })).toMatchObject({
    Holder: 'node01',
  });
});
