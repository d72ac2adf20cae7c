import { expect, test } from 'vitest';
import type { CustomResourceDefinition, CustomResourceDefinitionNames } from '../../generated/types.ts';
import { type Action, planDefinition } from './plan.ts';

const NOW = Date.parse('2026-01-01T00:00:00Z');

const definition = (
  names: Partial<CustomResourceDefinitionNames> = {},
  more: Partial<CustomResourceDefinition> = {},
): CustomResourceDefinition => ({
  metadata: { name: 'widgets.example.com', finalizers: ['customresourcecleanup.apiextensions.k8s.io'] },
  spec: {
    group: 'example.com',
    scope: 'Namespaced',
    names: { plural: 'widgets', singular: 'widget', kind: 'Widget', listKind: 'WidgetList', ...names },
    versions: [],
  },
  ...more,
});

const actionsOf = (seen: Parameters<typeof planDefinition>[0]): readonly Action[] =>
  planDefinition(seen, NOW).stages.flat();
const conditionsOf = ([action]: readonly Action[]) =>
  action?.kind === 'updateStatus'
    ? action.status.conditions?.map(
        ({ type, status, reason, message }) => `${type}=${status} ${reason}: ${message}`,
      )
    : [];

const GOOD = [
  'NamesAccepted=True NoConflicts: no conflicts found',
  'Established=True InitialNamesAccepted: the initial names have been accepted',
];

test('names that nobody has are accepted, and the kind is established', () => {
  const actions = actionsOf({ definition: definition(), others: [] });
  expect(conditionsOf(actions)).toEqual(GOOD);
  expect(actions[0]).toMatchObject({ status: { acceptedNames: { plural: 'widgets', kind: 'Widget' } } });
});

test('what is told already is not told again', () => {
  const [action] = actionsOf({ definition: definition(), others: [] });
  const status = action?.kind === 'updateStatus' ? action.status : {};
  expect(actionsOf({ definition: definition({}, { status }), others: [] })).toEqual([]);
});

test.each<[string, Partial<CustomResourceDefinitionNames>, string]>([
  [
    'a short name',
    { plural: 'others', shortNames: ['widget'] },
    'SingularConflict: "widget" is already in use',
  ],
  [
    'a kind',
    { plural: 'others', singular: 'other', kind: 'Widget' },
    'KindConflict: "Widget" is already in use',
  ],
])('%s that another has already is in the way', (_what, names, reason) => {
  const other = definition(
    {},
    { status: { acceptedNames: { plural: 'x', ...names } as CustomResourceDefinitionNames } },
  );
  expect(conditionsOf(actionsOf({ definition: definition(), others: [other] }))).toEqual([
    `NamesAccepted=False ${reason}`,
    'Established=False NotAccepted: not all names are accepted',
  ]);
});

test('of two that come at once the first by age and name has its way', () => {
  const first = definition(
    {},
    { metadata: { name: 'a.example.com', creationTimestamp: '2026-01-01T00:00:00Z' } },
  );
  const second = definition(
    {},
    { metadata: { name: 'b.example.com', creationTimestamp: '2026-01-01T00:00:00Z' } },
  );
  expect(conditionsOf(actionsOf({ definition: first, others: [second] }))).toEqual(GOOD);
  expect(conditionsOf(actionsOf({ definition: second, others: [first] }))?.[1]).toMatch(/^Established=False/);
});

test('what is established stays so, though a new name is not accepted', () => {
  const established = { type: 'Established', status: 'True', reason: 'InitialNamesAccepted' };
  const status = { acceptedNames: { plural: 'widgets', kind: 'Widget' }, conditions: [established] };
  const other = definition(
    {},
    { status: { acceptedNames: { plural: 'others', kind: 'Other', shortNames: ['w'] } } },
  );
  const actions = actionsOf({ definition: definition({ shortNames: ['w'] }, { status }), others: [other] });
  expect(conditionsOf(actions)).toEqual([
    'Established=True InitialNamesAccepted: undefined',
    'NamesAccepted=False ShortNamesConflict: "w" is already in use',
  ]);
  expect(actions[0]).toMatchObject({ status: { acceptedNames: { plural: 'widgets' } } });
});

test('on its way out it says so, and its objects are deleted', () => {
  const { metadata } = definition();
  const leaving = definition({}, { metadata: { ...metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } });
  const actions = actionsOf({ definition: leaving, others: [] });
  expect(conditionsOf(actions)).toEqual([
    'Terminating=True InstanceDeletionInProgress: CustomResource deletion is in progress',
  ]);
  expect(actions[1]).toEqual({ kind: 'empty' });
});

test('what has no objects any more is left to others who hold it', () => {
  const metadata = {
    name: 'widgets.example.com',
    deletionTimestamp: '2026-01-01T00:00:00Z',
    finalizers: ['x/y'],
  };
  expect(actionsOf({ definition: definition({}, { metadata }), others: [] })).toEqual([]);
});
