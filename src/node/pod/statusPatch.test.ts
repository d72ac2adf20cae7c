import { expect, test } from 'vitest';
import { applyStrategicMergePatch } from '../../apimachinery/patch/strategic.ts';
import { definitionOf } from '../../apimachinery/schema/schema.ts';
import type { Pod, PodCondition, PodStatus } from '../../generated/types.ts';
import { statusPatch } from './statusPatch.ts';

const podWith = (status: PodStatus): Pod => ({
  metadata: { name: 'p', uid: 'u' },
  spec: { containers: [] },
  status,
});
const unready: PodCondition = {
  type: 'Ready',
  status: 'False',
  reason: 'ContainersNotReady',
  message: 'c is not',
};
const ready: PodCondition = { type: 'Ready', status: 'True' };
const gate: PodCondition = { type: 'example.com/gate', status: 'True' };

const written = (before: PodStatus, after: PodStatus) => {
  const pod = podWith(before);
  const definition = definitionOf('', 'v1', 'Pod')!;
  return (applyStrategicMergePatch(pod, statusPatch(pod, after), definition) as Pod).status;
};

test('a condition that came true keeps no reason for having been false', () => {
  expect(written({ conditions: [unready] }, { conditions: [ready] })).toEqual({ conditions: [ready] });
});

test("somebody else's conditions stay", () => {
  expect(written({ conditions: [gate, unready] }, { conditions: [ready] })?.conditions).toEqual(
    expect.arrayContaining([gate, ready]),
  );
});

test('a pod that got another address has lost the one that it had', () => {
  const before: PodStatus = { podIP: '10.244.1.2', podIPs: [{ ip: '10.244.1.2' }] };
  const after: PodStatus = { podIP: '10.244.1.4', podIPs: [{ ip: '10.244.1.4' }] };
  expect(written(before, after)).toEqual(after);
});

test('what is already so is not written', () => {
  expect(statusPatch(podWith({ conditions: [gate, ready] }), { conditions: [ready] })).toBeUndefined();
});
