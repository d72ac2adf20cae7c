import { type FieldError, invalidValue, tooLong } from '../apimachinery/fieldErrors.ts';
import { configMapKey } from '../apimachinery/nameRules.ts';
import { checkRule } from '../apimachinery/validation.ts';
import type { ConfigMap } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { immutableDataErrors } from './immutableData.ts';
import { ConfigMaps } from './kinds.ts';
import type { Resource } from './resource.ts';

/** All values together; keys are not counted. */
const DATA_MAX_BYTES = 1_048_576;

function validate({ data = {}, binaryData = {} }: ConfigMap): FieldError[] {
  const errors: FieldError[] = [];
  let bytes = 0;
  for (const [key, value] of Object.entries(data)) {
    const field = `data[${key}]`;
    errors.push(...checkRule(field, key, configMapKey));
    if (Object.hasOwn(binaryData, key))
      errors.push(invalidValue(field, key, 'duplicate of key present in binaryData'));
    bytes += Buffer.byteLength(value);
  }
  for (const [key, value] of Object.entries(binaryData)) {
    errors.push(...checkRule(`binaryData[${key}]`, key, configMapKey));
    bytes += Buffer.byteLength(value, 'base64');
  }
  if (bytes > DATA_MAX_BYTES) errors.push(tooLong('[]', DATA_MAX_BYTES));
  return errors;
}

export const configMaps: Resource<ConfigMap> = {
  ...ConfigMaps,
  singular: 'configmap',
  shortNames: ['cm'],

  validate,
  validateUpdate: (next, stored) => [...immutableDataErrors(next, stored), ...validate(next)],

  columns: [
    nameColumn,
    {
      name: 'Data',
      type: 'integer',
      description: 'How many keys it has.',
      cell: ({ data = {}, binaryData = {} }) => Object.keys(data).length + Object.keys(binaryData).length,
    },
    ageColumn,
  ],
};
