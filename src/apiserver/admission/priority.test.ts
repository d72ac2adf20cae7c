import { expect, test } from 'vitest';
import type { PodSpec, PriorityClass } from '../../generated/types.ts';
import { Pods, PriorityClasses } from '../../resources/kinds.ts';
import { pod } from '../testing/registry.ts';
import { outcome, startAdmission } from './testing.ts';

const high: PriorityClass = { metadata: { name: 'high' }, value: 1000 };
const polite: PriorityClass = { metadata: { name: 'polite' }, value: 5, preemptionPolicy: 'Never' };
const usual: PriorityClass = { metadata: { name: 'usual' }, value: 7, globalDefault: true };

const ranks: Record<string, { classes?: PriorityClass[]; spec?: Partial<PodSpec>; want: Partial<PodSpec> }> =
  {
    'a pod without a class has no priority': {
      want: { priority: 0, preemptionPolicy: 'PreemptLowerPriority' },
    },
    'a pod gets the value of its class': {
      classes: [high],
      spec: { priorityClassName: 'high' },
      want: { priorityClassName: 'high', priority: 1000, preemptionPolicy: 'PreemptLowerPriority' },
    },
    'and its policy': {
      classes: [polite],
      spec: { priorityClassName: 'polite' },
      want: { priority: 5, preemptionPolicy: 'Never' },
    },
    'a pod without a class gets the global default': {
      classes: [high, usual],
      want: { priorityClassName: 'usual', priority: 7 },
    },
    'a value that is right may be given': {
      classes: [high],
      spec: { priorityClassName: 'high', priority: 1000 },
      want: { priority: 1000 },
    },
  };
for (const [name, { classes = [], spec, want }] of Object.entries(ranks)) {
  test(name, async () => {
    const { client } = await startAdmission();
    for (const each of classes) await client.create(PriorityClasses, each);
    const created = await client.create(Pods, pod('web', spec));
    expect(created.spec).toMatchObject(want);
  });
}

const refusals: Record<string, { spec: Partial<PodSpec>; want: string }> = {
  'a class that is missing is named': {
    spec: { priorityClassName: 'x' },
    want: 'no PriorityClass with name x was found',
  },
  'a value of the pod itself is refused': {
    spec: { priority: 5 },
    want: 'the integer value of priority (5) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
  },
  'so is a policy': {
    spec: { preemptionPolicy: 'Never' },
    want: 'the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
  },
};
for (const [name, { spec, want }] of Object.entries(refusals)) {
  test(name, async () => {
    const { client } = await startAdmission();
    expect(await outcome(client.create(Pods, pod('web', spec)))).toBe(
      `403 Forbidden: pods "web" is forbidden: ${want}`,
    );
  });
}

test('an update that leaves the priority out keeps it', async () => {
  const { client } = await startAdmission();
  const { metadata, spec } = await client.create(Pods, pod('web'));
  const { priority: _, preemptionPolicy: __, ...rest } = spec;
  const updated = await client.update(Pods, { metadata: { ...metadata, labels: { a: 'b' } }, spec: rest });
  expect(updated.spec).toMatchObject({ priority: 0, preemptionPolicy: 'PreemptLowerPriority' });
});

test('there is one global default', async () => {
  const { client } = await startAdmission();
  await client.create(PriorityClasses, usual);
  const second = { ...usual, metadata: { name: 'second' } };
  expect(await outcome(client.create(PriorityClasses, second))).toBe(
    '403 Forbidden: priorityclasses.scheduling.k8s.io "second" is forbidden: PriorityClass usual is already marked as default. Only one default can exist',
  );
  const labelled = { ...usual, metadata: { name: 'usual', labels: { a: 'b' } } };
  expect(await outcome(client.update(PriorityClasses, labelled))).toBe('done');
});
