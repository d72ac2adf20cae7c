import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readFacts } from './facts/notation.ts';
import { definitionName } from './facts/packages.ts';
import { generateSchema } from './schema.ts';

const models = join(import.meta.dirname, '../../node_modules/@kubernetes/client-node/dist/gen/models');
const { schema, docs } = generateSchema(models);

test('facts are read word by word', () => {
  expect(readFacts('list=map(a,b) merge(a) go=v1.X pointer default="TCP"')).toEqual({
    listType: 'map',
    listMapKeys: ['a', 'b'],
    patchStrategy: 'merge',
    patchMergeKey: 'a',
    goType: 'v1.X',
    pointer: true,
    default: 'TCP',
  });
  expect(readFacts('patch=merge,retainKeys(name)')).toEqual({
    patchStrategy: 'merge,retainKeys',
    patchMergeKey: 'name',
  });
  expect(() => readFacts('lst=set')).toThrow('Cannot read the fact "lst=set": no such word');
});

test('models are named by their package', () => {
  expect(definitionName('V1DaemonSet')).toBe('io.k8s.api.apps.v1.DaemonSet');
  expect(definitionName('EventsV1Event')).toBe('io.k8s.api.events.v1.Event');
  expect(() => definitionName('V1Ingress')).toThrow('no package in facts/ lists it');
});

test('every reference leads to a definition, and every definition is described', () => {
  const references = [...JSON.stringify(schema.definitions).matchAll(/"ref":"([^"]+)"/g)].map(
    ([, name]) => name!,
  );
  expect(references.filter((name) => !schema.definitions[name])).toEqual([]);
  expect(Object.values(schema.kinds).filter((name) => !schema.definitions[name])).toEqual([]);
  expect(Object.keys(docs)).toEqual(expect.arrayContaining(Object.keys(schema.definitions)));
});

test('every list of objects with keys has them as fields', () => {
  for (const { fields } of Object.values(schema.definitions)) {
    for (const { items, listMapKeys = [], patchMergeKey } of Object.values(fields)) {
      const keys = [...listMapKeys, ...(patchMergeKey ? [patchMergeKey] : [])];
      if (keys.length > 0)
        expect(Object.keys(schema.definitions[items!.ref!]!.fields)).toEqual(expect.arrayContaining(keys));
    }
  }
});

test('descriptions are plain text', () => {
  expect(docs['io.k8s.api.core.v1.Container']!.fields.image).toMatch(
    /^Container image name\. More info: https:/,
  );
  expect(JSON.stringify(docs)).not.toMatch(/\\\\'/);
});
