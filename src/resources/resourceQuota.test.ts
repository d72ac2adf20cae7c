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
