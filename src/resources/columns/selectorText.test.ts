import { expect, test } from 'vitest';
import { labelsText, selectorText } from './selectorText.ts';

test('a selector is written in the syntax of kubectl, ordered by key', () => {
  const matchExpressions = [{ key: 'tier', operator: 'In', values: ['web', 'db'] }];
  expect(selectorText({ matchLabels: { zone: 'a', app: 'x' }, matchExpressions })).toBe(
    'app=x,tier in (db,web),zone=a',
  );
});

test('an undefined and an empty selector are <none>', () => {
  expect([selectorText(undefined), selectorText({})]).toEqual(['<none>', '<none>']);
});

test('a malformed selector is <error>', () => {
  expect(selectorText({ matchExpressions: [{ key: 'a', operator: 'Near' }] })).toBe('<error>');
});

test('labels are ordered by key', () => expect(labelsText({ b: '2', a: '1' })).toBe('a=1,b=2'));

test('no labels are <none>', () => expect(labelsText(undefined)).toBe('<none>'));
