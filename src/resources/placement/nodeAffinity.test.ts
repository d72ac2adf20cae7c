import { expect, test } from 'vitest';
import { matchesTerm } from './nodeAffinity.ts';

const cases: [label: string | undefined, operator: 'Gt' | 'Lt', wanted: string, holds: boolean][] = [
  ['5', 'Gt', '4', true],
  ['4', 'Gt', '4', false],
  ['-5', 'Lt', '-4', true],
  ['+5', 'Gt', '4', true],
  ['', 'Gt', '-1', false],
  ['5.5', 'Gt', '4', false],
  ['5e3', 'Gt', '4', false],
  [undefined, 'Lt', '4', false],
];
test.each(cases)('a label %j is %s %s: %s', (label, operator, wanted, holds) => {
  const labels: Record<string, string> = label === undefined ? {} : { size: label };
  const term = { matchExpressions: [{ key: 'size', operator, values: [wanted] }] };
  expect(matchesTerm(term, { metadata: { name: 'n1', labels }, spec: {} })).toBe(holds);
});
