import { expect, test } from 'vitest';
import { allResources, resourceFor } from './allResources.ts';
import * as kinds from './kinds.ts';

test.each(Object.values(kinds))('$kind is served', ({ group, version, plural }) => {
  expect(resourceFor(group, version, plural)?.resource).toMatchObject({ group, version, plural });
});

test('another version of a kind is found with its conversion', () => {
  const found = resourceFor('events.k8s.io', 'v1', 'events');
  expect(found?.resource.kind).toBe('Event');
  expect(found?.alternative?.group).toBe('events.k8s.io');
});

test.each(['__proto__', 'constructor', 'nothing'])('no kind is called %s', (plural) => {
  expect(resourceFor('', 'v1', plural)).toBeUndefined();
});

test('no two kinds share a name in one group', () => {
  const names = allResources.flatMap(({ group, plural, singular, shortNames = [] }) =>
    [...new Set([plural, singular, ...shortNames])].map((name) => `${group}/${name}`),
  );
  expect(names).toEqual([...new Set(names)]);
});

test.each(allResources)('$kind has columns with names of their own', ({ columns }) => {
  const names = columns.map(({ name }) => name);
  expect(names).toEqual([...new Set(names)]);
  expect(names).toContain('Name');
});
