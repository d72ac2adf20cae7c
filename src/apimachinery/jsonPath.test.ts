import { expect, test } from 'vitest';
import { parseJsonPath } from './jsonPath.ts';

const object = {
  metadata: { name: 'one', annotations: { 'example.com/a': 'x' } },
  spec: {
    list: [
      { name: 'a', size: 1 },
      { name: 'b', size: 2 },
    ],
  },
  status: {
    conditions: [
      { type: 'Ready', status: 'True' },
      { type: 'Other', status: 'False' },
    ],
  },
};

test.each([
  ['.metadata.name', ['one']],
  ['.metadata.nothing', []],
  ['.spec.list[1].name', ['b']],
  ['.spec.list[-1].name', ['b']],
  ['.spec.list[*].name', ['a', 'b']],
  ['.spec.list[0:1].name', ['a']],
  [".metadata.annotations['example.com/a']", ['x']],
  ['.metadata.annotations.example\\.com/a', ['x']],
  ['.status.conditions[?(@.type=="Ready")].status', ['True']],
  [".status.conditions[?(@.type == 'Other')].status", ['False']],
  ['.spec.list[?(@.size>1)].name', ['b']],
  ['.spec.list[?(@.size)].name', ['a', 'b']],
])('%s', (path, want) => {
  expect(parseJsonPath(path)!(object)).toEqual(want);
});

test.each(['.a[', '.a[?(', '{.a}', '.a b'])('%s is no path', (path) => {
  expect(parseJsonPath(path)).toBeUndefined();
});
