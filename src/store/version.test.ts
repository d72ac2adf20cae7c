import { describe, expect, test } from 'vitest';
import { configMap } from './testing/objects.ts';
import { Version } from './version.ts';

const versions: Record<string, Version> = {
  'that was written': Version.written('/a/b', 7, 3, configMap('text')),
  'that was loaded': Version.loaded('/a/b', 7, 3, Version.written('/a/b', 7, 3, configMap('text')).json),
  'whose object comes later': Version.deferred('/a/b', 7, 3, () => configMap('text')),
  'of another revision': Version.restamped(Version.written('/a/b', 5, 3, configMap('text')), 7),
};

describe.each(Object.entries(versions))('a version %s', (_, version) => {
  const expected = { ...configMap('text'), metadata: { name: 'test', resourceVersion: '7' } };

  test('has its revision in object and text', () => {
    expect(version).toMatchObject({ key: '/a/b', revision: 7, createRevision: 3 });
    expect(version.object).toEqual(expected);
    expect(JSON.parse(version.json)).toEqual(expected);
  });

  test('makes its object and its text once', () => {
    expect(version.object).toBe(version.object);
    expect(Object.isFrozen(version.object.metadata)).toBe(true);
  });

  test('has the same object again after it was let go', () => {
    Version.release(version);
    expect(version.object).toEqual(expected);
    expect(Object.isFrozen(version.object)).toBe(true);
  });
});

test('a version that nobody has read as text is taken to be of the usual length', () => {
  const version = Version.written('/a/b', 7, 3, configMap('text'));
  expect(Version.lengthOf(version)).toBe(1_500);
  expect(Version.lengthOf(version)).not.toBe(version.json.length);
  expect(Version.lengthOf(version)).toBe(version.json.length);
});
