import { expect, test } from 'vitest';
import type { ResourceQuota } from '../generated/types.ts';
import { resourceQuotas } from './resourceQuota.ts';
import { cellsOf } from './testing/cells.ts';
import { problems } from './testing/problems.ts';

const quota = (fields: Partial<ResourceQuota> = {}): ResourceQuota => ({
  metadata: { name: 'q', namespace: 'default' },
  spec: {},
  ...fields,
});

test('requests and limits have a column each, used before hard', () => {
  const hard = { pods: '10', 'limits.cpu': '4', 'requests.cpu': '2' };
  const given = quota({ status: { hard, used: { pods: '3', 'limits.cpu': '1' } } });
  expect(cellsOf(resourceQuotas, given)).toMatchObject({
    Request: 'pods: 3/10, requests.cpu: 0/2',
    Limit: 'limits.cpu: 1/4',
  });
});

test('its scopes stay', () => {
  const errors = resourceQuotas.validateUpdate(quota({ spec: { scopes: ['BestEffort'] } }), quota());
  expect(problems(errors)).toEqual(['spec.scopes: Invalid value: ["BestEffort"]: field is immutable']);
});

const wrong: Record<string, { spec: ResourceQuota['spec']; want: string[] }> = {
  'a resource that no quota knows': {
    spec: { hard: { storage: '1' } },
    want: ['spec.hard[storage]: Invalid value: "storage": must be a standard resource for quota'],
  },
  'less than nothing': {
    spec: { hard: { cpu: '-1' } },
    want: ['spec.hard[cpu]: Invalid value: "-1": must be greater than or equal to 0'],
  },
  'half a pod': {
    spec: { hard: { pods: '500m' } },
    want: ['spec.hard[pods]: Invalid value: "500m": must be an integer'],
  },
  'a scope that there is not': {
    spec: { scopes: ['Sometimes'] },
    want: ['spec.scopes: Invalid value: ["Sometimes"]: unsupported scope'],
  },
  'a scope of pods on other things': {
    spec: { hard: { services: '1' }, scopes: ['Terminating'] },
    want: ['spec.scopes: Invalid value: ["Terminating"]: unsupported scope applied to resource'],
  },
  'scopes that no pod is in': {
    spec: { scopes: ['Terminating', 'NotTerminating'] },
    want: ['spec.scopes: Invalid value: ["Terminating","NotTerminating"]: conflicting scopes'],
  },
  'a selector without values': {
    spec: { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In' }] } },
    want: [
      "spec.scopeSelector.matchExpressions.values: Required value: must be at least one value when `operator` is 'In' or 'NotIn' for scope selector",
    ],
  },
  'a selector with an operator that there is not': {
    spec: { scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'Like' }] } },
    want: [
      'spec.scopeSelector.matchExpressions.operator: Invalid value: "Like": not a valid selector operator',
    ],
  },
};
for (const [name, { spec, want }] of Object.entries(wrong)) {
  test(`refused: ${name}`, () => {
    expect(problems(resourceQuotas.validate(quota({ spec: spec! })))).toEqual(want);
  });
}
