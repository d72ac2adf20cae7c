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

test('the data of a revision must be there, and stays', () => {
  expect(problems(controllerRevisions.validate(revision(undefined)))).toEqual([
    'data: Required value: data is mandatory',
  ]);
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
    'spec: Invalid value: {"minAvailable":1,"maxUnavailable":"150%"}: minAvailable and maxUnavailable cannot be both set',
    'spec.maxUnavailable: Invalid value: "150%": must not be greater than 100%',
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
