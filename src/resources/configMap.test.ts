import { expect, test } from 'vitest';
import { errorMessage } from '../apimachinery/fieldErrors.ts';
import type { ConfigMap } from '../generated/types.ts';
import { configMaps } from './configMap.ts';
import { cellsOf } from './testing/cells.ts';

const metadata = { name: 'x', namespace: 'default' };
const messages = (errors: ReturnType<typeof configMaps.validate>) =>
  errors.map((error) => errorMessage(error));

test('what is immutable stays', () => {
  const stored: ConfigMap = { metadata, immutable: true, data: { a: '1' } };
  const errors = configMaps.validateUpdate({ metadata, data: { a: '2' } }, stored);
  expect(messages(errors)).toEqual([
    'immutable: Forbidden: field is immutable when `immutable` is set',
    'data: Forbidden: field is immutable when `immutable` is set',
  ]);
  expect(configMaps.validateUpdate(stored, { ...stored, immutable: false })).toEqual([]);
});

test('a key is in data or in binaryData', () => {
  const given: ConfigMap = { metadata, data: { a: '1' }, binaryData: { a: '' } };
  expect(messages(configMaps.validate(given))).toEqual([
    'data[a]: Invalid value: "a": duplicate of key present in binaryData',
  ]);
  expect(cellsOf(configMaps, given)).toMatchObject({ Data: 2 });
});
