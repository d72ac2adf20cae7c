import { expect, test } from 'vitest';
import type { ControllerRevision, PodDisruptionBudget, PodTemplate } from '../generated/types.ts';
import { controllerRevisions } from './controllerRevision.ts';
import { container } from './pod/testing.ts';
import { podDisruptionBudgets } from './podDisruptionBudget.ts';
import { podTemplates } from './podtemplate/podTemplate.ts';
import { cellsOf } from './testing/cells.ts';
import { problems } from './testing/problems.ts';

const owner = { apiVersion: 'apps/v1', kind: 'DaemonSet', name: 'ds-demo', uid: 'u', controller: true };
const revision = (data: unknown): ControllerRevision => ({
  metadata: { name: 'r', ownerReferences: [owner] },
  revision: 2,
  data,
});

test('a revision shows whose it is', () => {
  expect(cellsOf(controllerRevisions, revision({}))).toMatchObject({
    Controller: 'daemonset.apps/ds-demo',
    Revision: 2,
  });
});

test.each([
  [undefined, ['data: Required value: data is mandatory']],
  [null, ['data: Required value: data is mandatory']],
  ['text', ['data: Required value: data must be a valid JSON object']],
  [[{}], ['data: Required value: data must be a valid JSON object']],
  [{}, []],
])('the data of a new revision is an object: %j', (data, want) => {
  expect(problems(controllerRevisions.validate(revision(data)))).toEqual(want);
});

test('the data of a revision stays, whatever it is', () => {
  expect(problems(controllerRevisions.validateUpdate(revision('old'), revision('old')))).toEqual([]);
  expect(problems(controllerRevisions.validateUpdate(revision({ a: 1 }), revision({ a: 2 })))).toEqual([
    'data: Invalid value: {"a":1}: field is immutable',
  ]);
});

test('a budget bounds from one side only', () => {
  const budget: PodDisruptionBudget = {
    metadata: { name: 'b' },
    spec: { minAvailable: 1, maxUnavailable: '150%' },
  };
  expect(problems(podDisruptionBudgets.validate(budget))).toEqual([
    'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"150%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    'spec.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
  ]);
});

test('the status of a budget counts from nothing on, and its conditions are of the common form', () => {
  const counts = { currentHealthy: 0, desiredHealthy: -1, disruptionsAllowed: -2, expectedPods: 0 };
  const told = { type: 'Fine', status: 'True', reason: 'Fine', message: '', lastTransitionTime: 'now' };
  const condition = { type: 'a b', status: 'maybe', reason: 'no good', message: '', observedGeneration: -1 };
  const conditions = [told, told, { ...condition, lastTransitionTime: '' }];
  const budget = { metadata: { name: 'b' }, spec: {}, status: { ...counts, conditions } };
  const messages = problems(podDisruptionBudgets.validateStatusUpdate!(budget, budget));
  expect(messages.map((message) => message.split(' (')[0])).toEqual([
    'status.conditions[1].type: Duplicate value: "Fine"',
    `status.conditions[2].type: Invalid value: "a b": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character`,
    'status.conditions[2].status: Unsupported value: "maybe": supported values: "False", "True", "Unknown"',
    'status.conditions[2].observedGeneration: Invalid value: -1: must be greater than or equal to zero',
    'status.conditions[2].lastTransitionTime: Required value: must be set',
    `status.conditions[2].reason: Invalid value: "no good": a condition reason must start with alphabetic character, optionally followed by a string of alphanumeric characters or '_,:', and must end with an alphanumeric character or '_'`,
    'status.disruptionsAllowed: Invalid value: -2: must be greater than or equal to 0',
    'status.desiredHealthy: Invalid value: -1: must be greater than or equal to 0',
  ]);
});

test('a budget shows its bounds', () => {
  const budget: PodDisruptionBudget = { metadata: { name: 'b' }, spec: { minAvailable: '50%' } };
  expect(cellsOf(podDisruptionBudgets, budget)).toMatchObject({
    'Min Available': '50%',
    'Max Unavailable': 'N/A',
    'Allowed Disruptions': 0,
  });
});

test('a template is checked as those of workloads are', () => {
  const template: PodTemplate = {
    metadata: { name: 't' },
    template: { metadata: { labels: { app: 'a b' } }, spec: { containers: [container({ image: '' })] } },
  };
  podTemplates.setDefaults!(template);
  expect(problems(podTemplates.validate(template)).at(-1)).toBe(
    'template.spec.containers[0].image: Required value',
  );
  expect(cellsOf(podTemplates, template)).toMatchObject({ Containers: 'c', 'Pod Labels': 'app=a b' });
});
