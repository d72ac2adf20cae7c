import { immutableField } from '../apimachinery/metaValidation.ts';
import { setOwn } from '../apimachinery/object.ts';
import type { Secret } from '../generated/types.ts';
import { ageColumn, nameColumn } from './columns/metadata.ts';
import { immutableDataErrors } from './immutableData.ts';
import { Secrets } from './kinds.ts';
import type { Resource } from './resource.ts';
import { validateSecret } from './secretValidation.ts';

/** `stringData` is only ever written: its values become values of `data`. */
function encodeStringData(secret: Secret): void {
  const { stringData } = secret;
  delete secret.stringData;
  if (!stringData) return;
  secret.data ??= {};
  for (const [key, value] of Object.entries(stringData)) {
    setOwn(secret.data, key, Buffer.from(value).toString('base64'));
  }
}

export const secrets: Resource<Secret> = {
  ...Secrets,
  singular: 'secret',

  setDefaults(secret) {
    encodeStringData(secret);
    secret.type ||= 'Opaque';
  },
  validate: validateSecret,
  validateUpdate: (next, stored) => [
    ...immutableField('type', next.type, stored.type),
    ...immutableDataErrors(next, stored),
    ...validateSecret(next),
  ],

  columns: [
    nameColumn,
    { name: 'Type', type: 'string', description: 'What the data is for.', cell: ({ type }) => type ?? '' },
    {
      name: 'Data',
      type: 'integer',
      description: 'How many keys it has.',
      cell: ({ data = {} }) => Object.keys(data).length,
    },
    ageColumn,
  ],
  selectableFields: { type: ({ type }) => type ?? '' },
};
